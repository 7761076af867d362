/** kt consume --save and --record: pictures and playable files out of topics. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import type { RecordEnvelope } from "../../src/format/json.ts";
import { ffmpeg, makeClip } from "./support/clips.ts";
import { header, isEnd } from "./support/frames.ts";
import { brokers, eventually, kt, ktOk, makeTopic, pythonOk, recordsOf, startKt, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { sendPictures } from "./support/pictures.ts";
import { decode, packetsOf } from "./support/probe.ts";
import { expectOneSentence } from "./support/sentence.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
/** 100 frames, 4 s, H.264 with B-frames and a key frame every 25. */
let clip: string;
/** The clip, once, as H.264 and as JPEG. */
let h264: string;
let jpeg: string;
const path = (name: string) => `${folder.path}/${name}`;

beforeAll(async () => {
  folder = await tempFolder();
  clip = await makeClip(path("front door.mp4"), { encoding: ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "3", "-g", "25"] });
  h264 = await emitted(clip);
  jpeg = await emitted(clip, "--codec", "mjpeg");
}, 60_000);
afterAll(() => folder[Symbol.asyncDispose]());

async function emitted(file: string, ...options: string[]): Promise<string> {
  const topic = uniqueName("clip");
  await ktOk(["emit-video", file, "--topic", topic, "--fast", ...options]);
  return topic;
}

const framesOf = async (topic: string) => (await recordsOf(topic)).filter((record) => !isEnd(record));
const numbered = (count: number, extension: string) => Array.from({ length: count }, (_, i) => `${String(i + 1).padStart(6, "0")}.${extension}`);
const bytesOf = ({ value }: RecordEnvelope) => Buffer.from(value as string, "base64");
const signature = (record: RecordEnvelope) => [record.value, ...["kt-pts", "kt-dts", "kt-key", "kt-codec", "kt-size"].map((name) => header(record, name))];

test("--record is the clip again: same pictures, same times, and the same access units when it is emitted anew", async () => {
  const file = path("again.mp4");
  const { stdout, stderr } = await ktOk(["consume", h264, "--record", file, "--exit"]);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/again\.mp4: 100 frames, 4\.0 s, \d+ kB\n$/);
  expect(await packetsOf(file)).toEqual(await packetsOf(clip));
  expect(await decode(file)).toEqual(await decode(clip));
  expect((await framesOf(await emitted(file))).map(signature)).toEqual((await framesOf(h264)).map(signature));
});

test("--record of JPEG and PNG: a frame each, at its time", async () => {
  const times = (await packetsOf(clip)).map(({ ptsUs }) => ptsUs).sort((a, b) => a - b);
  for (const topic of [jpeg, await emitted(clip, "--codec", "png")]) {
    const file = path(`${topic}.mp4`);
    expect((await ktOk(["consume", topic, "--record", file, "--exit"])).stderr).toContain("100 frames, 4.0 s");
    const packets = await packetsOf(file);
    expect(packets.map(({ ptsUs }) => ptsUs)).toEqual(times);
    expect(packets.map(({ dtsUs }) => dtsUs)).toEqual(times);
    expect(await decode(file)).toHaveLength(100);
  }
});

test("pictures of another program are recorded by their timestamps; what is no picture is left out", async () => {
  const topic = await makeTopic("foreign", "--config", "retention.ms=-1");
  await ktOk(["consume", jpeg, "--save", path("foreign/%d.jpg"), "-n", "4"]);
  const offsetsMs = [0, 250, 1000, 1033];
  await pythonOk(
    `import sys, kafka
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1])
for i, at in enumerate([${offsetsMs}]): p.send(sys.argv[2], value=open(sys.argv[3] % (i + 1), 'rb').read(), timestamp_ms=1700000000000 + at)
p.send(sys.argv[2], value=b'no picture', timestamp_ms=1700000000000)
p.flush()`,
    [brokers, topic, path("foreign/%d.jpg")],
  );
  const { stderr } = await ktOk(["consume", topic, "--record", path("foreign.mp4"), "--exit"]);
  expect(stderr).toContain("foreign.mp4: 4 frames");
  expect(stderr).toContain("Left out: 1 record without a picture.");
  expect((await packetsOf(path("foreign.mp4"))).map(({ ptsUs }) => ptsUs / 1000)).toEqual(offsetsMs);
});

test("a damaged JPEG is missing, and moves no other one's time", async () => {
  const topic = await makeTopic("damaged");
  await ktOk(["consume", jpeg, "--save", path("good/%d.jpg"), "-n", "5"]);
  writeFileSync(path("good/3.jpg"), Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2000, 1)]));
  await pythonOk(
    `import sys, kafka
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1])
for i in range(5): p.send(sys.argv[2], value=open(sys.argv[3] % (i + 1), 'rb').read(), timestamp_ms=1700000000000 + 100 * i)
p.flush()`,
    [brokers, topic, path("good/%d.jpg")],
  );
  const { stderr } = await ktOk(["consume", topic, "--record", path("damaged.mp4"), "-n", "5"]);
  expect(stderr).toContain("1 of 5 pictures could not be decoded");
  expect((await packetsOf(path("damaged.mp4"))).map(({ ptsUs }) => ptsUs / 1000)).toEqual([0, 100, 300, 400]);
});

test("a recording begins at a key frame, and ends where --until or -n say", async () => {
  const { stderr } = await ktOk(["consume", h264, "--record", path("part.mp4"), "--from", "30", "--until", "90"]);
  expect(stderr).toContain("part.mp4: 40 frames");
  expect(stderr).toContain("Left out: 20 frames before the first key frame.");
  expect(await decode(path("part.mp4"))).toEqual((await decode(clip)).slice(50, 90));
  expect((await packetsOf(path("part.mp4")))[0]).toMatchObject({ ptsUs: 0, key: true });
  await ktOk(["consume", h264, "--record", path("ten.mp4"), "-n", "10"]);
  expect(await packetsOf(path("ten.mp4"))).toHaveLength(10);
});

test("what cannot go on in the same file goes on in a further one; runs are as far apart as they were", async () => {
  const topic = uniqueName("mixed");
  const large = await makeClip(path("large.mp4"), { seconds: 1, rate: 10, size: "640x360" });
  const small = await makeClip(path("small.mp4"), { seconds: 1, rate: 10 });
  for (const args of [[small], [small], [large], [small, "--codec", "mjpeg"], [large, "--codec", "mjpeg"]])
    await ktOk(["emit-video", ...args, "--topic", topic, "--name", "cam"]);
  const { stderr } = await ktOk(["consume", topic, "--record", path("mixed.mp4"), "--exit"]);
  expect(stderr).toContain("mixed.mp4 ends: the stream goes on as H.264 of 640x360.");
  expect(stderr).toContain("mixed-2.mp4 ends: the stream goes on as JPEG of 320x240.");
  expect(stderr).toContain("pictures of 640x360 are scaled to 320x240");
  expect(await decode(path("mixed-2.mp4"))).toEqual(await decode(large));
  for (const file of ["mixed.mp4", "mixed-3.mp4"]) expect(await decode(path(file))).toHaveLength(20);

  const begins = (await framesOf(topic)).filter((record) => header(record, "kt-seq") === "0").map(({ timestamp }) => timestamp as number) as [number, number];
  const times = (await packetsOf(path("mixed.mp4"))).map(({ ptsUs }) => ptsUs / 1000).sort((a, b) => a - b);
  expect(times[10]).toBe(begins[1] - begins[0]);
});

test("--save writes JPEG and PNG byte for byte, one a record, into folders that it makes", async () => {
  const { stdout, stderr } = await ktOk(["consume", jpeg, "--save", path("new/folder/%06d.jpg"), "--exit"]);
  expect([stdout, stderr]).toEqual(["", "100 pictures saved.\n"]);
  expect(readdirSync(path("new/folder")).sort()).toEqual(numbered(100, "jpg"));
  for (const [i, record] of (await framesOf(jpeg)).entries())
    expect(readFileSync(path(`new/folder/${numbered(100, "jpg")[i]}`)).equals(bytesOf(record))).toBe(true);
});

test("--save decodes H.264 into the pictures that ffmpeg shows, in the order they are shown", async () => {
  await ktOk(["consume", h264, "--save", path("shown/%06d.png"), "--exit"]);
  expect(readdirSync(path("shown")).sort()).toEqual(numbered(100, "png"));
  await ffmpeg(["-i", clip, "-fps_mode", "passthrough", "-pix_fmt", "rgb24", path("expected-%06d.png")]);
  expect(await decode(path("shown/%06d.png"))).toEqual(await decode(path("expected-%06d.png")));
});

test("--save converts where the type is another one", async () => {
  await ktOk(["consume", jpeg, "--save", path("converted/%d.png"), "-n", "3"]);
  expect(readFileSync(path("converted/3.png")).subarray(1, 4).toString()).toBe("PNG");
  expect(readdirSync(path("converted"))).toHaveLength(3);
});

test("several streams are told apart by --key or {key}, and named where neither is given", async () => {
  const topic = uniqueName("streams");
  // Side by side, so that the first records are of both: what of one stream was written by then stays.
  await ktOk(["topic", "create", topic]);
  await Promise.all(["a", "b/c"].map((name) => ktOk(["emit-video", clip, "--topic", topic, "--name", name, "--speed", "4", "--codec", "mjpeg"])));
  for (const [args, remedy] of [
    [["--save", path("streams-%d.jpg")], "{key}"],
    [["--record", path("streams.mp4")], "--key"],
  ] as [string[], string][]) {
    const { code, stderr } = await kt(["consume", topic, "--exit", ...args]);
    expect(code).toBe(2);
    expectOneSentence(stderr);
    for (const word of ["'a'", "'b/c'", "--key", remedy]) expect(stderr).toContain(word);
  }
  expect(readdirSync(folder.path).filter((name) => name.startsWith("streams"))).toEqual([]);

  await ktOk(["consume", topic, "--save", path("streams/{key}-%d.jpg"), "--exit"]);
  expect(readdirSync(path("streams")).filter((name) => name.startsWith("a-"))).toHaveLength(100);
  expect(readdirSync(path("streams")).filter((name) => name.startsWith("b_c-"))).toHaveLength(100);
  expect((await ktOk(["consume", topic, "--key", "b/c", "--record", path("one.mp4"), "--exit"])).stderr).toContain("one.mp4: 100 frames");
});

test("pictures that each have a key of their own are one stream; a few of them, or many cameras, are several", async () => {
  const [own, few, wall] = [await makeTopic("own"), await makeTopic("few"), await makeTopic("wall")];
  const keys = Array.from({ length: 60 }, (_, i) => `frame-${i}`);
  await sendPictures(own, keys);
  await sendPictures(few, keys.slice(0, 20));
  await sendPictures(wall, [...keys, ...keys, ...keys]);
  const recorded = await ktOk(["consume", own, "--record", path("own.mp4"), "--exit"]);
  expect(recorded.stderr).toStartWith("Each picture has a key of its own: all of them are taken as one stream.\n");
  expect(recorded.stderr).toContain("own.mp4: 60 frames, 6.0 s");
  expect(await decode(path("own.mp4"))).toHaveLength(60);
  await ktOk(["consume", own, "--save", path("own/%06d.jpg"), "--exit"]);
  expect(readdirSync(path("own")).sort()).toEqual(numbered(60, "jpg"));
  for (const topic of [few, wall]) {
    const { code, stderr } = await kt(["consume", topic, "--record", path("several.mp4"), "--exit"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("The topic has several streams: 'frame-0', 'frame-1'")]);
    expectOneSentence(stderr);
  }
  expect(existsSync(path("several.mp4"))).toBe(false);
});

test("Ctrl-C on a live stream leaves a file that plays to its end, and pictures with a note", async () => {
  const topic = await makeTopic("live");
  await using _camera = startKt(["emit-video", clip, "--topic", topic, "--loop"]);
  await using recorder = startKt(["consume", topic, "--record", path("live.mp4")]);
  await using saver = startKt(["consume", topic, "--save", path("live/%06d.jpg")]);
  await eventually(() => existsSync(path("live")) && readdirSync(path("live")).length > 40, "40 pictures");
  expect([await recorder.stop(), await saver.stop()]).toEqual([0, 0]);
  const [, frames] = /live\.mp4: (\d+) frames/.exec(recorder.stderr.text) ?? [];
  expect(Number(frames)).toBeGreaterThan(40);
  expect(await decode(path("live.mp4"))).toHaveLength(Number(frames));
  expect(saver.stderr.text).toBe(`${readdirSync(path("live")).length} pictures saved.\n`);
});

test("a file that exists is only overwritten with --force, and not before there is something to write", async () => {
  const file = path("mine.mp4");
  writeFileSync(file, "mine");
  const refused = await kt(["consume", h264, "--record", file, "--exit"]);
  expect(refused.code).toBe(1);
  expectOneSentence(refused.stderr);
  expect(refused.stderr).toContain("--force");
  const empty = await kt(["consume", h264, "--record", file, "--exit", "--force", "--key", "nobody"]);
  expect([empty.code, readFileSync(file, "utf8")]).toEqual([1, "mine"]);
  expectOneSentence(empty.stderr);
  await ktOk(["consume", h264, "--record", file, "--exit", "--force"]);
  expect(await decode(file)).toHaveLength(100);

  await ktOk(["consume", jpeg, "--save", path("mine-%d.jpg"), "-n", "2"]);
  expect((await kt(["consume", jpeg, "--save", path("mine-%d.jpg"), "-n", "2"])).stderr).toContain("mine-1.jpg' exists already");
  await ktOk(["consume", jpeg, "--save", path("mine-%d.jpg"), "-n", "2", "--force"]);
});

test("a missing folder and a full disk are each one sentence; nothing half-written stays", async () => {
  symlinkSync("/dev/full", path("full.mp4"));
  for (const [file, said] of [
    ["nowhere/out.mp4", "There is no folder"],
    ["full.mp4", "The disk is full"],
  ] as const)
    for (const topic of [h264, jpeg]) {
      const { code, stderr } = await kt(["consume", topic, "--record", path(file), "--exit", "--force"]);
      expect(code).toBe(1);
      expectOneSentence(stderr);
      expect(stderr).toContain(said);
    }
  expect((await kt(["consume", h264, "--record", path("none.mp4"), "--from", "end", "--exit"])).stderr).toContain("no picture came");
  expect(existsSync(path("none.mp4"))).toBe(false);
});

test.each([
  "--save %d.jpg --json",
  "--save %d.jpg --record x.mp4",
  "--save one.jpg",
  "--save %d.gif",
  "--record x.mp4 --json",
  "--record x.avi",
  "--force",
  "--until resume",
  "--until yesterday",
])("'%s' is refused as usage", async (options) => {
  const { code, stdout, stderr } = await kt(["consume", h264, ...options.split(" ")], { cwd: folder.path });
  expect([code, stdout]).toEqual([2, ""]);
  expectOneSentence(stderr);
  expect(existsSync(path("x.mp4"))).toBe(false);
});

test("--record takes one topic", async () => {
  expect((await kt(["consume", h264, jpeg, "--record", path("x.mp4")])).code).toBe(2);
});
