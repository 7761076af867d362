/** What the usual Python tutorials do with Kafka and video works with kt on either side. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { paints, visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { brokers, eventually, ktOk, makeTopic, pythonOk, recordsOf, serve, startKt, startPython, tempFolder, uniqueName } from "./support/kt.ts";
import { parts } from "./support/mjpeg.ts";

setDefaultTimeout(120_000);

/** An OpenCV loop that sends each frame as PNG, five a second. */
const pngProducer = `
import sys, time, cv2
from kafka import KafkaProducer
producer = KafkaProducer(bootstrap_servers=sys.argv[1])
video = cv2.VideoCapture(sys.argv[3])
while True:
    success, frame = video.read()
    if not success: break
    ret, buffer = cv2.imencode('.png', frame)
    producer.send(sys.argv[2], buffer.tobytes())
    time.sleep(0.2)
producer.flush()
print('done')
`;

/** The Flask application that shows a topic as a never-ending picture. */
const flaskConsumer = `
import sys
from flask import Flask, Response
from kafka import KafkaConsumer
consumer = KafkaConsumer(sys.argv[2], group_id='view', bootstrap_servers=[sys.argv[1]], auto_offset_reset='earliest')
app = Flask(__name__)
def kafkastream():
    for msg in consumer:
        yield (b'--frame\\r\\nContent-Type: image/png\\r\\n\\r\\n' + msg.value + b'\\r\\n\\r\\n')
@app.route('/')
def index():
    return Response(kafkastream(), mimetype='multipart/x-mixed-replace; boundary=frame')
app.run(port=int(sys.argv[3]))
`;

test("their producer of text, with and without key → kt consume", async () => {
  const topic = await makeTopic("theirs");
  await pythonOk(
    `import sys
from kafka import KafkaProducer
producer = KafkaProducer(bootstrap_servers=sys.argv[1])
for _ in range(3): producer.send(sys.argv[2], b'some message bytes')
producer.send(sys.argv[2], key=b'foo', value=b'bar')
producer.flush()`,
    [brokers, topic],
  );
  const records = await recordsOf(topic);
  expect(records.map(({ key, value }) => [key, value])).toEqual([...Array(3).fill([null, "some message bytes"]), ["foo", "bar"]]);
});

test("kt produce → their consumer, in order, with key and headers", async () => {
  const topic = await makeTopic("ours");
  await ktOk(["produce", topic, "-k", "007", "-H", "a=1", "-H", "a=2"], { stdin: "one\ntwo\nthree\n" });
  const printed = await pythonOk(
    `import sys
from kafka import KafkaConsumer
for msg in KafkaConsumer(sys.argv[2], bootstrap_servers=sys.argv[1], auto_offset_reset='earliest', consumer_timeout_ms=5000):
    print(msg.key, msg.value, msg.headers)`,
    [brokers, topic],
  );
  expect(printed.trim().split("\n")).toEqual(["one", "two", "three"].map((line) => `b'007' b'${line}' [('a', b'1'), ('a', b'2')]`));
});

test("their OpenCV producer of PNG → a tile on the page, and parts for programs: JPEG, or PNG for who asks", async () => {
  await using folder = await tempFolder();
  const topic = await makeTopic("png");
  const clip = await makeClip(`${folder.path}/clip.mp4`, { seconds: 24 });
  await using served = await serve();
  await using _producer = startPython(pngProducer, [brokers, topic, clip]);
  await using visited = await visit(`${served.url}/#/${topic}/`);
  const seen = await eventually(
    async () => {
      const list = (await paints(visited.page)).filter((paint) => paint.topic === topic);
      return list.length > 10 && list;
    },
    "the tile paints",
    60_000,
  );
  // Near real time while both run: a frame is on the page well before the producer has sent the next two.
  const delays = seen.slice(5).map(({ paintedAtMs, timestampMs }) => paintedAtMs - timestampMs);
  expect(delays.toSorted((a, b) => a - b)[delays.length >> 1]).toBeLessThan(400);
  expect((await parts(`${served.url}/topics/${topic}/stream.mjpeg`, 1))[0]?.contentType).toBe("image/jpeg");
  const [part] = await parts(`${served.url}/topics/${topic}/stream.mjpeg?format=stored`, 1);
  expect(part?.contentType).toBe("image/png");
  expect(part?.body.toString("latin1", 1, 4)).toBe("PNG");
});

test("kt emit-video → their consumer: each value decodes to a picture of the right size, in order", async () => {
  await using folder = await tempFolder();
  const topic = uniqueName("frames");
  await ktOk(["emit-video", await makeClip(`${folder.path}/clip.mp4`), "--topic", topic, "--fast", "--codec", "mjpeg"]);
  const printed = await pythonOk(
    `import sys, cv2, numpy
from kafka import KafkaConsumer
for msg in KafkaConsumer(sys.argv[2], group_id='view', bootstrap_servers=sys.argv[1], auto_offset_reset='earliest', consumer_timeout_ms=5000):
    if not msg.value: continue # the source ended
    picture = cv2.imdecode(numpy.frombuffer(msg.value, numpy.uint8), cv2.IMREAD_COLOR)
    print(dict(msg.headers)['kt-seq'].decode(), *picture.shape)`,
    [brokers, topic],
  );
  expect(printed.trim().split("\n")).toEqual(Array.from({ length: 100 }, (_, i) => `${i} 240 320 3`));
});

test("kt emit-video → their Flask application, which a browser reads for ever", async () => {
  await using folder = await tempFolder();
  const topic = await makeTopic("flask");
  await using _emitter = startKt(["emit-video", await makeClip(`${folder.path}/clip.mp4`), "--topic", topic, "--loop", "--codec", "mjpeg"]);
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  await using _flask = startPython(flaskConsumer, [brokers, topic, String(port)]);
  const response = await eventually(() => fetch(`http://127.0.0.1:${port}/`).catch(() => undefined), "Flask answers");
  let bytes = Buffer.alloc(0);
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length > 300_000) break;
  }
  const pictures = bytes.toString("latin1").split("--frame\r\nContent-Type: image/png\r\n\r\n").slice(1, -1);
  expect(pictures.length).toBeGreaterThan(10);
  for (const picture of pictures) expect(picture.startsWith("\xff\xd8\xff")).toBe(true);
});

test("OpenCV reads /topics/T/stream.mjpeg", async () => {
  await using folder = await tempFolder();
  const topic = await makeTopic("opencv");
  await using served = await serve();
  await using _emitter = startKt(["emit-video", await makeClip(`${folder.path}/clip.mp4`), "--topic", topic, "--loop"]);
  await eventually(async () => ((await (await fetch(`${served.url}/topics/${topic}`)).json()) as { kind: string }).kind === "video", "video in the topic");
  const printed = await pythonOk(
    `import sys, cv2
video = cv2.VideoCapture(sys.argv[1])
for _ in range(25):
    ok, frame = video.read()
    print(ok, *frame.shape)`,
    [`${served.url}/topics/${topic}/stream.mjpeg`],
    { timeoutMs: 40_000 },
  );
  expect(printed.trim().split("\n")).toEqual(Array(25).fill("True 240 320 3"));
});

test("a refresh of the browser does not restart the video of a named viewer", async () => {
  await using folder = await tempFolder();
  const topic = uniqueName("refresh");
  await ktOk(["emit-video", await makeClip(`${folder.path}/clip.mp4`, { seconds: 12 }), "--topic", topic, "--fast"]);
  await using served = await serve();
  const stream = `${served.url}/topics/${topic}/stream.mjpeg?group=${uniqueName("view")}`;
  const first = (await recordsOf(topic, "-n", "1"))[0]?.timestamp as number;
  {
    await using visited = await visit(stream);
    await Bun.sleep(2500);
    await visited.page.reload({ waitUntil: "commit" });
    await Bun.sleep(2500);
  }
  await Bun.sleep(300);
  const [next] = await parts(stream, 1);
  // Two views of at least two seconds each: a restart would be at two.
  expect((next?.timestampMs ?? 0) - first).toBeGreaterThan(3500);
});
