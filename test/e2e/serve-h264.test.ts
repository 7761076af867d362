/** H.264 topics to programs that know only JPEG: curl, OpenCV, ffmpeg. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { type FrameHead, frameFlags, readFrameHead } from "../../src/protocol/frame-head.ts";
import { makeClip, withBFrames, withoutBFrames } from "./support/clips.ts";
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
import { type Part, parts } from "./support/mjpeg.ts";
import { run } from "./support/process.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
let served: Served;
/** 100 pictures, 4 s, 320x240. */
const clips: Record<string, string> = {};
const kinds = [
  ["without B-frames", withoutBFrames],
  ["with B-frames", withBFrames],
] as const;

beforeAll(async () => {
  folder = await tempFolder();
  for (const [kind, encoding] of kinds) clips[kind] = await makeClip(`${folder.path}/${kind.replaceAll(/\W/g, "")}.mp4`, { encoding: [...encoding] });
  served = await serve();
}, 60_000);
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const streamOf = (topic: string, query = "") => `${served.url}/topics/${topic}/stream.mjpeg${query}`;
const timesOf = (list: { timestampMs: number }[]) => list.map(({ timestampMs }) => timestampMs);
const sorted = (values: number[]) => values.toSorted((a, b) => a - b);

/** A topic with all of a clip, and the times of its pictures as they are shown. */
async function stored(kind: string): Promise<{ topic: string; times: number[]; records: { offset: number; timestamp: number }[] }> {
  const topic = uniqueName("stored");
  await ktOk(["emit-video", clips[kind] as string, "--topic", topic, "--fast"]);
  const records = (await recordsOf(topic)).filter(({ value }) => value !== "").map(({ offset, timestamp }) => ({ offset, timestamp: timestamp as number }));
  expect(records).toHaveLength(100);
  return { topic, records, times: sorted(records.map(({ timestamp }) => timestamp)) };
}

/** The number of the clip's frame that the picture is most like, as OpenCV decodes both. */
async function frameIn(clip: string, jpeg: Uint8Array): Promise<number> {
  const path = `${folder.path}/${uniqueName("picture")}.jpg`;
  await Bun.write(path, jpeg);
  const printed = await pythonOk(
    `import sys, cv2
picture, video, unlike = cv2.imread(sys.argv[1]), cv2.VideoCapture(sys.argv[2]), []
while True:
    ok, frame = video.read()
    if not ok: break
    unlike.append(cv2.absdiff(picture, frame).mean())
print(unlike.index(min(unlike)))`,
    [path, clip],
  );
  return Number(printed);
}

test.each(kinds)("the newest picture of a stream %s that ended, to who asks for one and to who looks", async (kind) => {
  const { topic, times, records } = await stored(kind);
  const response = await fetch(`${served.url}/topics/${topic}/frame`);
  expect(response.headers.get("content-type")).toBe("image/jpeg");
  expect(Number(response.headers.get("x-timestamp"))).toBe(times.at(-1) as number);
  expect(Number(response.headers.get("x-offset"))).toBe(records.find(({ timestamp }) => timestamp === times.at(-1))?.offset as number);
  expect(await frameIn(clips[kind] as string, await response.bytes())).toBe(99);
  const [part] = await parts(streamOf(topic), 1);
  expect(part?.timestampMs).toBe(times.at(-1) as number);
  expect(part?.contentType).toBe("image/jpeg");
});

test.each(kinds)("a replay %s shows every picture, in the order of their times, from any place", async (kind) => {
  const { topic, times, records } = await stored(kind);
  const all = await parts(streamOf(topic, "?from=start&speed=20"), 100);
  expect(timesOf(all)).toEqual(times);
  for (const frame of [0, 50, 99]) expect(await frameIn(clips[kind] as string, (all[frame] as Part).body)).toBe(frame);
  // A place in the middle of a GOP: what it needs is looked up, and not shown.
  const fromTime = await parts(streamOf(topic, `?from=@${times[70]}`), 3);
  expect(timesOf(fromTime)).toEqual(times.slice(70, 73));
  expect(await frameIn(clips[kind] as string, (fromTime[0] as Part).body)).toBe(70);
  const fromOffset = await parts(streamOf(topic, "?from=80&speed=20"), 20);
  expect(timesOf(fromOffset)).toEqual(sorted(records.slice(80).map(({ timestamp }) => timestamp)));
});

test("a replay takes as long as the recording, divided by the speed", async () => {
  const { topic } = await stored("with B-frames");
  const begun = performance.now();
  await parts(streamOf(topic, "?from=start&speed=2"), 100);
  expect(performance.now() - begun).toBeWithin(1900, 3500);
});

test("a named place: closed and opened again it goes on, and leaves nothing out but what was on its way", async () => {
  const { topic, times } = await stored("with B-frames");
  const stream = streamOf(topic, `?group=${uniqueName("view")}`);
  const seen = new Set<number>();
  // A fifth of a second of them, on a machine that has much to do.
  const mostOnTheirWay = 5;
  let begin = 0;
  for (const count of [30, 30, 20]) {
    const some = timesOf(await parts(stream, count));
    const first = times.indexOf(some[0] as number);
    // Pictures that are stored out of order may come again; those that went out while this reader closed were not read.
    expect(first).toBeWithin(begin - 6, begin + mostOnTheirWay + 2);
    for (const time of [...times.slice(begin, first), ...some]) seen.add(time);
    begin = times.indexOf(some.at(-1) as number);
    expect(times.slice(0, begin + 1).filter((time) => !seen.has(time))).toEqual([]);
    await Bun.sleep(300);
  }
  expect(begin).toBeGreaterThan(60);
});

test.each(kinds)("many who look at a live stream %s share one ffmpeg, which ends soon after the last", async (kind) => {
  const topic = await makeTopic("live");
  await using _emitter = startKt(["emit-video", clips[kind] as string, "--topic", topic, "--loop"]);
  await eventually(async () => (await recordsOf(topic)).length > 10, "the stream is live");
  const delays: number[] = [];
  const viewers = await Promise.all(Array.from({ length: 4 }, () => parts(streamOf(topic), 50, 20_000, (part) => delays.push(Date.now() - part.timestampMs))));
  const decoders = async () => (await run(["pgrep", "-c", "-P", String(served.process.pid), "ffmpeg"])).stdout.trim();
  expect(await decoders()).toBe("1");
  for (const viewer of viewers) {
    const times = timesOf(viewer);
    expect(times).toEqual(sorted([...new Set(times)]));
    // Hardly one is left out: 50 pictures of 25 a second.
    expect((times.at(-1) as number) - (times[0] as number)).toBeLessThan(2600);
  }
  expect(sorted(delays)[delays.length >> 1]).toBeLessThan(300);
  await eventually(async () => (await decoders()) === "0", "ffmpeg has ended", 12_000);
});

test("it goes on when the source begins again; OpenCV reads it", async () => {
  const topic = await makeTopic("again");
  const clip = clips["with B-frames"] as string;
  await using _emitter = startKt(["emit-video", clip, "--topic", topic, "--name", "cam"]);
  await eventually(async () => (await recordsOf(topic)).length > 10, "the stream is live");
  const reading = pythonOk(
    `import sys, cv2
video = cv2.VideoCapture(sys.argv[1])
for _ in range(110):
    ok, frame = video.read()
    print(ok, *frame.shape)`,
    [streamOf(topic)],
    { timeoutMs: 60_000 },
  );
  await eventually(async () => (await recordsOf(topic)).length > 100, "the first run");
  await using _again = startKt(["emit-video", clip, "--topic", topic, "--name", "cam", "--loop"]);
  expect((await reading).trim().split("\n")).toEqual(Array(110).fill("True 240 320 3"));
});

test("without ffmpeg a sentence says so, and JPEG needs none", async () => {
  const { topic } = await stored("without B-frames");
  const jpeg = uniqueName("jpeg");
  await ktOk(["emit-video", clips["without B-frames"] as string, "--topic", jpeg, "--fast", "--codec", "mjpeg"]);
  await using without = await serve(brokers, "--ffmpeg", "/nonexistent/ffmpeg");
  const ask = async (path: string) => {
    const response = await fetch(`${without.url}/topics/${path}`);
    return response.ok ? [response.status, (await response.bytes()).length > 0] : [response.status, await response.text()];
  };
  await eventually(async () => (await fetch(`${without.url}/topics/${topic}`)).ok, "the topic is known");
  for (const path of [`${topic}/frame`, `${topic}/stream.mjpeg`, `${topic}/stream.mjpeg?from=start`])
    expect(await ask(path)).toEqual([503, expect.stringMatching(/^There is no ffmpeg at '\/nonexistent\/ffmpeg'\. .*--ffmpeg.*\n$/)]);
  expect(await ask(`${jpeg}/frame`)).toEqual([200, true]);
  expect(await parts(`${without.url}/topics/${jpeg}/stream.mjpeg?from=start`, 3)).toHaveLength(3);
});

/** A tile of the page's socket, as far as a test needs one: it answers frames, or does not. */
class TestTile implements Disposable {
  readonly heads: FrameHead[] = [];
  answers = true;
  #unanswered = 0;
  readonly #socket: WebSocket;

  constructor(url: string, topic: string, key: string) {
    this.#socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onopen = () => this.#socket.send(JSON.stringify({ type: "watch", tile: 1, topic, key, h264: true }));
    this.#socket.onmessage = ({ data }) => {
      if (typeof data === "string") return;
      this.heads.push(readFrameHead(new DataView(data as ArrayBuffer)));
      this.#unanswered++;
      if (this.answers) this.answer();
    };
  }
  answer(): void {
    for (; this.#unanswered > 0; this.#unanswered--) this.#socket.send(JSON.stringify({ type: "painted", tile: 1 }));
  }
  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

test("a tile that stalls falls behind by whole GOPs, and costs another tile nothing", async () => {
  const topic = await makeTopic("stall");
  const clip = await makeClip(`${folder.path}/short-gops.mp4`, { encoding: ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "0", "-g", "25"] });
  await using _emitter = startKt(["emit-video", clip, "--topic", topic, "--name", "cam", "--loop"]);
  await eventually(async () => (await recordsOf(topic)).length > 10, "the stream is live");
  using good = new TestTile(served.url, topic, "cam");
  using stalled = new TestTile(served.url, topic, "cam");
  await eventually(() => good.heads.length > 10 && stalled.heads.length > 10, "both get frames");
  stalled.answers = false;
  await Bun.sleep(3000);
  const held = stalled.heads.length;
  await Bun.sleep(1000);
  expect(stalled.heads).toHaveLength(held);
  stalled.answers = true;
  stalled.answer();
  await eventually(() => stalled.heads.length > held + 30, "it goes on");
  const [before, next] = [stalled.heads[held - 1] as FrameHead, stalled.heads[held] as FrameHead];
  expect(next.flags & frameFlags.key).toBe(frameFlags.key);
  expect(next.dropped).toBe(next.offset - before.offset - 1);
  expect(next.dropped).toBeGreaterThan(25);
  for (const { heads, name, gap } of [
    { heads: good.heads, name: "good", gap: 0 },
    { heads: stalled.heads.slice(held), name: "stalled", gap: next.dropped },
  ]) {
    expect([name, (heads[0] as FrameHead).flags & frameFlags.key]).toEqual([name, frameFlags.key]);
    for (const [i, { offset }] of heads.entries()) expect([name, offset]).toEqual([name, (heads[0] as FrameHead).offset + i]);
    expect(heads.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(gap);
  }
});
