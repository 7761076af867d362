/** kt serve while it is watched: other programs' readers, a topic that is made again, the end of the server. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { OwnBroker } from "./support/broker.ts";
import { makeClip } from "./support/clips.ts";
import {
  brokers,
  eventually,
  ktOk,
  makeTopic,
  pythonOk,
  recordsOf,
  type Served,
  serve,
  startKt,
  type TempFolder,
  tempFolder,
  uniqueName,
} from "./support/kt.ts";
import { parts } from "./support/mjpeg.ts";
import { Running, run } from "./support/process.ts";
import { Viewer } from "./support/viewer.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
/** 100 frames, 4 s, 320x240. */
let clip: string;

beforeAll(async () => {
  folder = await tempFolder();
  clip = await makeClip(`${folder.path}/clip.mp4`);
}, 30_000);
afterAll(() => folder[Symbol.asyncDispose]());

const streamOf = ({ url }: Served, topic: string, query = "") => `${url}/topics/${topic}/stream.mjpeg${query}`;

async function deleteTopic(topic: string): Promise<void> {
  await pythonOk("import sys, kafka.admin\na = kafka.admin.KafkaAdminClient(bootstrap_servers=sys.argv[1])\na.delete_topics([sys.argv[2]])", [brokers, topic]);
  await eventually(async () => !(await ktOk(["topic", "list"])).stdout.includes(topic), "the topic is gone");
}

test("curl and ffmpeg read the stream: whole pictures, framed as their types say", async () => {
  const topic = uniqueName("curl");
  await ktOk(["emit-video", clip, "--topic", topic, "--fast", "--codec", "mjpeg"]);
  await using served = await serve();
  const url = streamOf(served, topic, "?from=start&speed=4");
  const { bytes } = await run(["curl", "-siN", "--max-time", "4", url]);
  const text = bytes.toString("latin1");
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(text).toMatch(/^content-type: multipart\/x-mixed-replace; ?boundary=frame\r$/im);
  const frames = (await recordsOf(topic)).filter(({ value }) => value !== "");
  const bodies = text.split("--frame\r\n").slice(1);
  expect(bodies.length).toBe(100);
  for (const [i, body] of bodies.slice(0, -1).entries()) {
    const [head, picture] = [body.slice(0, body.indexOf("\r\n\r\n")), body.slice(body.indexOf("\r\n\r\n") + 4, -2)];
    expect(head).toContain("Content-Type: image/jpeg");
    expect(head).toContain(`Content-Length: ${picture.length}`);
    expect(Buffer.from(picture, "latin1").toString("base64")).toBe(frames[i]?.value as string);
  }
  const probed = await run([
    "ffprobe",
    "-v",
    "error",
    "-f",
    "mpjpeg",
    "-show_entries",
    "stream=codec_name,width,height",
    "-of",
    "csv=p=0",
    streamOf(served, topic, "?from=start"),
  ]);
  expect(probed.stdout.trim()).toBe("mjpeg,320,240");
});

test("a viewer that does not read costs the others nothing", async () => {
  const topic = await makeTopic("slow");
  const large = await makeClip(`${folder.path}/large.mp4`, { size: "1280x720" });
  await using served = await serve();
  await using _emitter = startKt(["emit-video", large, "--topic", topic, "--loop", "--quality", "2"]);
  await using good = new Viewer(streamOf(served, topic));
  await good.more(10);
  const stuck = Array.from({ length: 5 }, () => new Running(["curl", "-sN", "--limit-rate", "1k", streamOf(served, topic)]));
  try {
    await good.more(75, 10_000); // three seconds' worth
    expect((await parts(streamOf(served, topic), 5)).length).toBe(5);
  } finally {
    for (const viewer of stuck) await viewer[Symbol.asyncDispose]();
  }
});

test("a topic that is deleted and made again while it is watched goes on by itself", async () => {
  const topic = await makeTopic("again");
  await using served = await serve();
  await ktOk(["emit-video", clip, "--topic", topic, "--fast"]);
  await using viewer = new Viewer(streamOf(served, topic));
  await viewer.more(1);
  await deleteTopic(topic);
  await Bun.sleep(2000);
  await ktOk(["topic", "create", topic]);
  await using _emitter = startKt(["emit-video", clip, "--topic", topic, "--loop"]);
  // Who comes now sees the new topic, and who has been there since the old one does as well.
  const begun = Date.now();
  const [newest] = await parts(streamOf(served, topic), 1, 15_000);
  expect(newest?.timestampMs).toBeGreaterThan(begun - 5000);
  expect(viewer.connected).toBe(true);
  await viewer.more(25, 15_000);
});

test("a deleted topic is no longer listed, and asking for it is told so", async () => {
  const topic = await makeTopic("deleted");
  await using served = await serve();
  await ktOk(["produce", topic, "value"]);
  await eventually(async () => (await fetch(`${served.url}/topics/${topic}`)).ok, "it is listed");
  await deleteTopic(topic);
  await eventually(async () => (await fetch(`${served.url}/topics/${topic}`)).status === 404, "it is not listed any more");
  expect((await fetch(streamOf(served, topic))).status).toBe(404);
});

test("two places of one topic are independent, and both are in Kafka", async () => {
  const topic = uniqueName("places");
  await ktOk(["emit-video", clip, "--topic", topic, "--fast"]);
  const groups = [uniqueName("view"), uniqueName("view")] as const;
  await using served = await serve();
  const [short, long] = await Promise.all([
    parts(streamOf(served, topic, `?group=${groups[0]}&speed=5`), 10),
    parts(streamOf(served, topic, `?group=${groups[1]}&speed=5`), 60),
  ]);
  expect([short.length, long.length]).toEqual([10, 60]);
  const committed = () =>
    pythonOk(
      `import sys, kafka.admin
a = kafka.admin.KafkaAdminClient(bootstrap_servers=sys.argv[1])
for group in sys.argv[3:]:
    found = a.list_group_offsets([group])[group]
    print({p.topic: o.offset for p, o in found.items()}[sys.argv[2]])`,
      [brokers, topic, ...groups],
    ).then(
      (text) => text.trim().split("\n").map(Number),
      () => [],
    );
  // Pictures are stored up to four places before they are shown: where one goes on nothing is left out.
  const lagging = (shown: number) => shown - 5;
  const [first, second] = await eventually(async () => {
    const offsets = await committed();
    return (offsets[1] ?? 0) >= lagging(60) && offsets;
  }, "both groups have committed");
  expect(first).toBeWithin(lagging(10), 31);
  expect(second).toBeWithin(lagging(60), 81);
});

test("Ctrl-C ends the server with 0 within three seconds, whoever is watching", async () => {
  const topic = await makeTopic("end");
  await using served = await serve();
  await using _emitter = startKt(["emit-video", clip, "--topic", topic, "--loop"]);
  const queries = ["", "?from=start", `?group=${uniqueName("view")}`];
  const viewers = queries.map((query) => new Viewer(streamOf(served, topic, query)));
  const socket = new WebSocket(`${served.url.replace("http", "ws")}/ws`);
  try {
    await new Promise<void>((resolve) => {
      socket.onmessage = () => resolve();
    });
    for (const viewer of viewers) await viewer.more(5);
    expect(await served.process.stop(3000)).toBe(0);
    expect(served.process.stderr.text).not.toMatch(/kt:|Warning/);
    for (const viewer of viewers) await viewer.ended(2000); // none hangs on a dead connection
  } finally {
    socket.close();
    for (const viewer of viewers) await viewer[Symbol.asyncDispose]();
  }
});

test("viewers stay through a restart of the broker; without a broker Ctrl-C still ends the server soon", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await ktOk(["topic", "create", "cam"], { env });
  await using served = await serve(broker.address);
  await using _emitter = startKt(["emit-video", clip, "--topic", "cam", "--loop"], { env });
  await using viewer = new Viewer(streamOf(served, "cam"));
  await viewer.more(10);
  await broker.kill();
  await eventually(async () => (await fetch(`${served.url}/readyz`)).status === 503, "the server says that the broker is away");
  expect((await fetch(`${served.url}/healthz`)).status).toBe(200);
  await broker.startAgain();
  await viewer.more(50, 30_000);
  // It looks every second, and what was held back for the broker comes at once.
  await eventually(async () => (await fetch(`${served.url}/readyz`)).status === 200, "the server says that the broker is back");

  await using named = new Viewer(streamOf(served, "cam", "?group=view"));
  await named.more(10);
  await broker.kill();
  await Bun.sleep(1000); // a place was to be written meanwhile, and is still waited for
  expect(await served.process.stop(5000)).toBe(0);
});
