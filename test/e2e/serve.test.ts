/** kt serve, to programs: what the topics are, streams from the live end and from any place, and named places. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { makeClip } from "./support/clips.ts";
import { brokers, eventually, kt, ktOk, makeTopic, pythonOk, recordsOf, serve, startKt, tempFolder, uniqueName } from "./support/kt.ts";
import { parts } from "./support/mjpeg.ts";

setDefaultTimeout(120_000);

interface Summary {
  name: string;
  kind: string;
  records: number;
  streams: { key: string; contentType: string; width: number | null }[];
}

async function summary(url: string, topic: string): Promise<Summary> {
  return (await fetch(`${url}/topics/${topic}`)).json() as Promise<Summary>;
}

/** A topic with a video of so many frames, of 320x240, as JPEG unless told otherwise. */
async function videoTopic(frames: number, ...options: string[]): Promise<string> {
  await using folder = await tempFolder();
  const topic = uniqueName("video");
  await ktOk(["emit-video", await makeClip(`${folder.path}/clip.mp4`, { seconds: frames / 25 }), "--topic", topic, "--fast", "--codec", "mjpeg", ...options]);
  return topic;
}

test("the kind of each topic is told by what is in it", async () => {
  await using served = await serve();
  const [video, text, json, binary, empty, image] = [
    await videoTopic(25),
    await makeTopic("text"),
    await makeTopic("json"),
    await makeTopic("binary"),
    await makeTopic("empty"),
    await makeTopic("image"),
  ];
  await ktOk(["produce", text, "hello"]);
  await ktOk(["produce", json, '{"score": [1, 2]}']);
  await pythonOk(
    `import sys, kafka, cv2, numpy
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1])
p.send(sys.argv[2], value=b'\\x00\\xff\\xfe')
p.send(sys.argv[3], value=cv2.imencode('.png', numpy.zeros((48, 64, 3), numpy.uint8))[1].tobytes())
p.flush()`,
    [brokers, binary, image],
  );
  const expected = { [video]: "video", [text]: "text", [json]: "json", [binary]: "binary", [empty]: "empty", [image]: "image" };
  const kinds = async () =>
    Object.fromEntries(
      ((await (await fetch(`${served.url}/topics`)).json()) as Summary[]).filter(({ name }) => name in expected).map(({ name, kind }) => [name, kind]),
    );
  await eventually(async () => Bun.deepEquals(await kinds(), expected), `kinds ${JSON.stringify(expected)}, not ${JSON.stringify(await kinds())}`);
  expect((await summary(served.url, video)).streams).toEqual([expect.objectContaining({ key: "clip", contentType: "image/jpeg", width: 320 })]);
});

test("a new viewer gets the newest picture at once, though nothing is emitted any more", async () => {
  const topic = await videoTopic(30);
  await using served = await serve();
  const [part] = await parts(`${served.url}/topics/${topic}/stream.mjpeg`, 1);
  const frames = (await recordsOf(topic)).filter(({ value }) => value !== "");
  expect(part?.body.toString("base64")).toBe(frames.at(-1)?.value as string);
  const picture = await fetch(`${served.url}/topics/${topic}/frame`);
  expect(Buffer.from(await picture.arrayBuffer()).toString("base64")).toBe(frames.at(-1)?.value as string);
  expect(picture.headers.get("content-type")).toBe("image/jpeg");
});

test("from a place in the log: every stored frame, in order, without the producer", async () => {
  const topic = await videoTopic(50);
  await using served = await serve();
  const frames = (await recordsOf(topic)).filter(({ value }) => value !== "");
  const all = await parts(`${served.url}/topics/${topic}/stream.mjpeg?from=start&speed=10`, 50);
  expect(all.map(({ body }) => body.toString("base64"))).toEqual(frames.map(({ value }) => value as string));
  const middle = frames[20]?.timestamp as number;
  const fromTime = await parts(`${served.url}/topics/${topic}/stream.mjpeg?from=@${middle}&speed=10`, 5);
  expect(fromTime.map(({ timestampMs }) => timestampMs)).toEqual(frames.slice(20, 25).map(({ timestamp }) => timestamp as number));
  const fromOffset = await parts(`${served.url}/topics/${topic}/stream.mjpeg?from=40`, 1);
  expect(fromOffset[0]?.timestampMs).toBe(frames[40]?.timestamp as number);
});

test("a replay takes as long as the recording, divided by the speed", async () => {
  const topic = await videoTopic(50); // two seconds
  await using served = await serve();
  const elapsed = async (query: string) => {
    const begun = performance.now();
    await parts(`${served.url}/topics/${topic}/stream.mjpeg?from=start${query}`, 50);
    return performance.now() - begun;
  };
  expect(await elapsed("")).toBeGreaterThan(1900);
  expect(await elapsed("&speed=4")).toBeLessThan(1900);
});

test("a named place: closed and opened again it goes on where it stopped, even after the server", async () => {
  const topic = await videoTopic(60);
  const group = uniqueName("view");
  const stream = (url: string) => `${url}/topics/${topic}/stream.mjpeg?group=${group}&speed=2`;
  const frames = (await recordsOf(topic)).filter(({ value }) => value !== "");
  const offsetOf = (timestampMs?: number) => frames.findIndex(({ timestamp }) => timestamp === timestampMs);
  let last = 0;
  {
    await using served = await serve();
    const first = await parts(stream(served.url), 10);
    expect(offsetOf(first[0]?.timestampMs)).toBe(0);
    const second = await parts(stream(served.url), 10);
    const begun = offsetOf(second[0]?.timestampMs);
    // What was on its way when the viewer left may be shown again, but nothing is left out.
    expect(begun).toBeGreaterThanOrEqual(8);
    expect(begun).toBeLessThanOrEqual(offsetOf(first.at(-1)?.timestampMs) + 15);
    last = offsetOf(second.at(-1)?.timestampMs);
    expect(await served.process.stop()).toBe(0);
  }
  const committed = await pythonOk(
    `import sys, kafka
c = kafka.KafkaConsumer(bootstrap_servers=sys.argv[1], group_id=sys.argv[2])
print(c.committed(kafka.TopicPartition(sys.argv[3], 0)))`,
    [brokers, group, topic],
  );
  expect(Number(committed)).toBeGreaterThanOrEqual(last - 2);
  await using again = await serve();
  const third = await parts(stream(again.url), 1);
  expect(offsetOf(third[0]?.timestampMs)).toBe(Number(committed));
});

test("one record is seen by many viewers", async () => {
  await using folder = await tempFolder();
  const topic = await makeTopic("many");
  await using served = await serve();
  await using _emitter = startKt(["emit-video", await makeClip(`${folder.path}/clip.mp4`), "--topic", topic, "--loop"]);
  await eventually(async () => (await summary(served.url, topic)).kind === "video", "the topic has video");
  const viewers = await Promise.all(Array.from({ length: 12 }, () => parts(`${served.url}/topics/${topic}/stream.mjpeg`, 40)));
  const seen = viewers.map((viewer) => new Set(viewer.map(({ timestampMs }) => timestampMs)));
  const byAll = [...(seen[0] as Set<number>)].filter((timestampMs) => seen.every((set) => set.has(timestampMs)));
  expect(byAll.length).toBeGreaterThan(10);
  for (const viewer of viewers)
    expect(viewer.map(({ timestampMs }) => timestampMs)).toEqual(viewer.map(({ timestampMs }) => timestampMs).toSorted((a, b) => a - b));
});

test("what is asked for wrongly is answered with a sentence", async () => {
  await using served = await serve();
  const topic = await makeTopic("asked");
  const ask = async (path: string) => {
    const response = await fetch(served.url + path);
    return [response.status, await response.text()] as const;
  };
  expect(await ask("/topics/nosuchtopic/stream.mjpeg")).toEqual([404, expect.stringContaining("no topic 'nosuchtopic'")]);
  expect(await ask(`/topics/${topic}/stream.mjpeg?from=yesterday`)).toEqual([400, expect.stringContaining("'yesterday' is not a position")]);
  expect(await ask(`/topics/${topic}/stream.mjpeg?speed=0`)).toEqual([400, expect.stringContaining("speed")]);
  expect(await ask("/nothing")).toEqual([404, expect.stringContaining("nothing at this path")]);
  expect((await ask("/healthz"))[0]).toBe(200);
});

test("a port that is taken is one sentence and exit code 1; Ctrl-C ends with 0", async () => {
  await using served = await serve();
  const port = new URL(served.url).port;
  const { code, stderr } = await kt(["serve", "--port", port]);
  expect([code, stderr]).toEqual([1, expect.stringMatching(new RegExp(`^kt: Port ${port} on 127.0.0.1 is taken. .*--port.*\\n$`))]);
  expect(await served.process.stop(5000)).toBe(0);
});
