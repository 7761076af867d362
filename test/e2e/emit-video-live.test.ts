/** kt emit-video with cameras that go away, stop answering and come back, and a Kafka that does not keep up. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { RecordEnvelope } from "../../src/format/json.ts";
import { OwnBroker } from "./support/broker.ts";
import { startCamera } from "./support/camera.ts";
import { ffmpeg, makeClip } from "./support/clips.ts";
import { header, isEnd, numberIn, reported, sequenceOf, upTo } from "./support/frames.ts";
import { eventually, jsonLines, kt, makeTopic, recordsOf, startKt, type TempFolder, tempFolder } from "./support/kt.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
/** 40 s, a key frame every second. */
let clip: string;
beforeAll(async () => {
  folder = await tempFolder();
  clip = await makeClip(`${folder.path}/camera.mp4`, { seconds: 40, encoding: ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p"] });
});
afterAll(() => folder[Symbol.asyncDispose]());

/** The frames of one stream, run by run. */
function runsOf(records: RecordEnvelope[], key: string): RecordEnvelope[][] {
  const runs = Map.groupBy(
    records.filter((record) => record.key === key && !isEnd(record)),
    (record) => header(record, "kt-run") ?? "",
  );
  return [...runs.values()];
}

test("a camera that goes away is tried again until it is back, as a new run; the other streams go on", async () => {
  const topic = await makeTopic("heal");
  await using camera = await startCamera(clip, "one", "two");
  await using emitter = startKt([
    "emit-video",
    `one=${camera.url("one")}`,
    `two=${camera.url("two")}`,
    "test=testsrc",
    "--size",
    "320x240",
    "--codec",
    "auto",
    "--topic",
    topic,
  ]);
  const stored = async (key: string) => runsOf(await recordsOf(topic), key).map((run) => run.length);
  const bothHave = async (run: number, frames: number) => [await stored("one"), await stored("two")].every((counts) => (counts[run] ?? 0) > frames);
  await eventually(() => bothHave(0, 40), "pictures of both cameras");
  await camera.kill();
  await emitter.stderr.waitFor(/^one: .*; trying again in 1 s\.$/m);
  await emitter.stderr.waitFor(/^two: .*; trying again in 2 s\.$/m);
  const [meanwhile = 0] = await stored("test");
  await camera.startAgain();
  await eventually(() => bothHave(1, 25), "pictures of both cameras again");
  expect(await emitter.stop()).toBe(0);
  expect(emitter.stderr.text).toMatch(/stream 'one', interrupted 1×/);
  const records = await recordsOf(topic);
  for (const key of ["one", "two"]) {
    const runs = runsOf(records, key);
    expect(runs).toHaveLength(2);
    for (const run of runs) {
      expect(sequenceOf(run)).toEqual(upTo(run.length));
      expect(header(run[0], "kt-key")).toBe("1");
    }
  }
  const [test = [], ...more] = runsOf(records, "test");
  expect([more.length, sequenceOf(test)]).toEqual([0, upTo(test.length)]);
  expect(test.length).toBeGreaterThan(meanwhile + 30);
  expect(records.filter(isEnd)).toEqual([]);
});

test("a camera's frames have the spacing of its clock, and none is dated after it came", async () => {
  const topic = await makeTopic("spacing");
  await using camera = await startCamera(clip, "one");
  await using emitter = startKt(["emit-video", camera.url("one"), "--topic", topic]);
  await eventually(async () => (await recordsOf(topic)).length > 120, "pictures");
  const frames = (await recordsOf(topic)).slice(60);
  const nowMs = Date.now();
  expect(await emitter.stop()).toBe(0);
  const off = frames.slice(1).map((frame, i) => {
    const spanMs = (frame.timestamp as number) - (frames[i]?.timestamp as number);
    return Math.abs(spanMs - (numberIn(frame, "kt-pts") - numberIn(frames[i], "kt-pts")) / 1000);
  });
  expect(off.sort((a, b) => a - b)[Math.floor(off.length * 0.9)]).toBeLessThanOrEqual(2);
  expect(Math.max(...frames.map(({ timestamp }) => timestamp as number))).toBeLessThanOrEqual(nowMs);
});

test("--retries ends it, with the camera and the reason; a password is not shown", async () => {
  const { code, stderr } = await kt(["emit-video", "rtsp://admin:secret@127.0.0.1:9/door", "--retries", "1", "--topic", await makeTopic("retries")]);
  expect(code).toBe(1);
  expect(stderr).toContain("trying again in 1 s");
  expect(stderr).toMatch(/^kt: 'rtsp:\/\/admin:\*\*\*@127\.0\.0\.1:9\/door' cannot be opened: Connection refused\./m);
  expect(stderr).not.toContain("secret");
});

test("a camera that stops sending without a word is given up after ten seconds and connected again", async () => {
  const topic = await makeTopic("stall");
  await using camera = await startCamera(clip, "one");
  await using emitter = startKt(["emit-video", camera.url("one"), "--topic", topic]);
  await eventually(async () => (await recordsOf(topic)).length > 30, "pictures");
  camera.freeze();
  await emitter.stderr.waitFor(/no picture for 10 s; trying again in 1 s/, 20_000);
  camera.thaw();
  await eventually(async () => (runsOf(await recordsOf(topic), "127.0.0.1")[1]?.length ?? 0) > 20, "pictures again");
  expect(await emitter.stop()).toBe(0);
});

test("a live playlist that goes on without pieces is given up after half a minute and opened again", async () => {
  const { path } = folder;
  await ffmpeg(["-i", clip, "-t", "4", "-c", "copy", "-hls_time", "1", "-hls_list_size", "0", `${path}/live.m3u8`]);
  const list = await Bun.file(`${path}/live.m3u8`).text();
  await Bun.write(`${path}/live.m3u8`, list.replace("#EXT-X-ENDLIST\n", ""));
  let playlists = 0;
  await using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith(".m3u8")) playlists++;
      return new Response(Bun.file(path + pathname));
    },
  });
  const topic = await makeTopic("pieces");
  await using emitter = startKt(["emit-video", `gate=${server.url}live.m3u8`, "--topic", topic]);
  await emitter.stderr.waitFor(/^gate: no picture for 30 s; trying again in 1 s\.$/m, 70_000);
  const asked = playlists;
  await eventually(() => playlists > asked, "the playlist is asked for again");
  expect(await emitter.stop()).toBe(0);
});

test("while Kafka is away a camera's frames are left out by whole groups, counted, and the rest arrives", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await using camera = await startCamera(clip, "one");
  await using emitter = startKt(["emit-video", `one=${camera.url("one")}`, "--topic", "drops", "--buffer", "60kB"], { env });
  const stored = async () => {
    const { code, stdout } = await kt(["consume", "drops", "--json", "--exit"], { env });
    return code === 0 ? jsonLines(stdout) : [];
  };
  await eventually(async () => (await stored()).length > 30, "pictures");
  await broker.kill();
  await Bun.sleep(6000);
  await broker.startAgain();
  const before = await eventually(async () => (await stored()).length, "the broker");
  await eventually(async () => (await stored()).length > before + 60, "pictures again");
  expect(await emitter.stop(20_000)).toBe(0);
  const { sent, delivered, failed } = reported(emitter.stderr.text);
  const dropped = Number(/(\d+) dropped/.exec(emitter.stderr.text)?.[1]);
  const frames = await stored();
  expect([delivered, failed, frames.length]).toEqual([sent, 0, sent]);
  expect(dropped).toBeGreaterThan(20);
  // A frame behind a gap needs nothing that was left out.
  const numbers = sequenceOf(frames);
  const behindGaps = frames.filter((_, i) => i > 0 && numbers[i] !== (numbers[i - 1] as number) + 1);
  expect(behindGaps.length).toBeGreaterThan(0);
  expect(behindGaps.map((frame) => header(frame, "kt-key"))).toEqual(behindGaps.map(() => "1"));
  expect((numbers.at(-1) as number) + 1 - frames.length).toBeLessThanOrEqual(dropped);
});
