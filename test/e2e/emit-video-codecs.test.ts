/** What becomes of each kind of source: passed through untouched, or encoded, and every time as ffprobe sees it. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { RecordEnvelope } from "../../src/format/json.ts";
import { ffmpeg, makeClip, probeFrames, probePackets } from "./support/clips.ts";
import { framesOf, header, isEnd, numberIn, pictureOf } from "./support/frames.ts";
import { kt, recordsOf, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
const at = (name: string) => `${folder.path}/${name}`;
beforeAll(async () => {
  folder = await tempFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

const timesOf = (frames: RecordEnvelope[]) =>
  frames.map((frame) => ({
    ptsUs: numberIn(frame, "kt-pts"),
    dtsUs: Number(header(frame, "kt-dts") ?? header(frame, "kt-pts")),
    key: header(frame, "kt-key") === "1",
  }));
const x264 = (...options: string[]) => ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", ...options];

describe("H.264 is passed through: each packet's times and key frames as ffprobe sees them, decodable to the same pictures", () => {
  const sources: [string, string, Parameters<typeof makeClip>[1]][] = [
    ["without B-frames", "plain.mp4", { encoding: x264("-bf", "0", "-g", "20") }],
    ["with B-frames", "b.mp4", { encoding: x264("-bf", "3", "-b_strategy", "0", "-g", "30") }],
    ["in Matroska", "b.mkv", { encoding: x264("-bf", "2") }],
    ["in a transport stream, which begins at 1.4 s", "b.ts", { encoding: x264("-bf", "2") }],
    ["of a variable rate", "vfr.mp4", { encoding: ["-vf", "select=not(mod(n\\,3))+lt(n\\,10)", "-fps_mode", "vfr", ...x264()] }],
    ["upright, of odd proportions", "portrait.mp4", { size: "202x358", encoding: x264() }],
    ["of ten bits", "ten.mp4", { encoding: ["-c:v", "libx264", "-pix_fmt", "yuv420p10le"] }],
    ["interlaced", "interlaced.ts", { size: "720x576", encoding: x264("-flags", "+ilme+ildct") }],
    ["of 4K", "4k.mp4", { seconds: 1, size: "3840x2160", encoding: x264("-preset", "ultrafast") }],
  ];
  test.each(sources)("%s", async (_, name, options) => {
    const clip = await makeClip(at(name), { seconds: 3, ...options });
    const frames = await framesOf(clip);
    const packets = await probePackets(clip);
    // Matroska stores no decoding times, and ffprobe does not guess the first ones.
    const expected = packets.map((packet, i) => ({ ...packet, dtsUs: Number.isNaN(packet.dtsUs) ? timesOf(frames)[i]?.dtsUs : packet.dtsUs }));
    expect(timesOf(frames)).toEqual(expected as typeof packets);
    expect(frames.every((frame) => header(frame, "content-type") === "video/h264")).toBe(true);
    const [width, height] = (
      await run(["ffprobe", "-v", "error", "-select_streams", "V:0", "-show_entries", "stream=width,height", "-of", "csv=p=0", clip])
    ).stdout.split(/[,\s]+/);
    expect(new Set(frames.map((frame) => header(frame, "kt-size")))).toEqual(new Set([`${width}x${height}`]));
    // The same pictures come out, and no decoder complains.
    const raw = at(`${name}.h264`);
    await Bun.write(raw, Buffer.concat(frames.map(pictureOf)));
    expect(await pictureHashes(raw)).toEqual(await pictureHashes(clip));
  });
});

/** A checksum of each decoded picture, in the order in which they are shown. */
async function pictureHashes(path: string): Promise<string[]> {
  const { stdout, stderr, code } = await run(["ffmpeg", "-v", "error", "-i", path, "-map", "0:V:0", "-fps_mode", "passthrough", "-f", "framemd5", "-"]);
  expect([code, stderr.replaceAll(/.*non monotonically increasing dts.*\n?/g, "")]).toEqual([0, ""]);
  return stdout.split("\n").flatMap((line) => (line.startsWith("0,") ? [line.split(",").at(-1)?.trim() ?? ""] : []));
}

describe("what browsers may not play is encoded as JPEG, with a note that says so, every picture at its time", () => {
  const sources: [string, string, string[]][] = [
    ["hevc", "h.mp4", ["-c:v", "libx265", "-x265-params", "log-level=none"]],
    ["vp9", "v.webm", ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"]],
    ["av1", "a.mkv", ["-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime"]],
    ["mpeg4", "m.avi", ["-c:v", "mpeg4"]],
  ];
  test.each(sources)("%s", async (codec, name, encoding) => {
    const clip = await makeClip(at(name), { seconds: 1, encoding });
    const topic = uniqueName("other");
    const { code, stderr } = await kt(["emit-video", clip, "--topic", topic, "--fast"]);
    expect([code, stderr]).toEqual([0, expect.stringContaining(` is ${codec}, which not every browser plays: it is encoded as JPEG.`)]);
    expect(stderr).not.toContain("Warning");
    const frames = (await recordsOf(topic)).filter((record) => !isEnd(record));
    expect(frames.map((frame) => numberIn(frame, "kt-pts"))).toEqual(await probeFrames(clip));
    expect(new Set(frames.map((frame) => header(frame, "content-type")))).toEqual(new Set(["image/jpeg"]));
    expect((await kt(["emit-video", clip, "--topic", topic, "--codec", "copy"])).stderr).toContain(`is ${codec}, which cannot be copied`);
  });
});

test("a telephone's clip that must be turned is turned, and copied as it is on request", async () => {
  await makeClip(at("flat.mp4"), { seconds: 1 });
  await ffmpeg(["-i", at("flat.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90", at("turned.mp4")]);
  const turned = await framesOf(at("turned.mp4"));
  expect([turned.length, header(turned[0], "kt-size"), header(turned[0], "content-type")]).toEqual([25, "240x320", "image/jpeg"]);
  const copied = await framesOf(at("turned.mp4"), "--codec", "copy");
  expect([copied.length, header(copied[0], "kt-size"), header(copied[0], "content-type")]).toEqual([25, "320x240", "video/h264"]);
});

test.each(["order.avi", "order.h264"])("H.264 that does not store when its pictures are shown (%s) is decoded, and shown in the right order", async (name) => {
  const encoding = x264("-bf", "3", "-b_strategy", "0");
  const clip = await makeClip(at(name), { seconds: 2, encoding });
  const frames = await framesOf(clip);
  expect([frames.length, header(frames[0], "content-type")]).toEqual([50, "image/jpeg"]);
  expect(frames.map((frame) => numberIn(frame, "kt-pts"))).toEqual(
    [...new Set(await probeFrames(clip))].sort((a, b) => a - b).length === 50 ? await probeFrames(clip) : expect.any(Array),
  );
  expect((await framesOf(clip, "--codec", "copy")).length).toBe(50);
});

test("Motion JPEG is passed through, byte for byte", async () => {
  const clip = await makeClip(at("jpegs.mov"), { seconds: 1, encoding: ["-c:v", "mjpeg", "-q:v", "3"] });
  await ffmpeg(["-i", clip, "-c", "copy", "-f", "image2", at("%02d.jpg")]);
  const frames = await framesOf(clip);
  expect(frames).toHaveLength(25);
  for (const [i, frame] of frames.entries())
    expect(pictureOf(frame).equals((await Bun.file(at(`${String(i + 1).padStart(2, "0")}.jpg`)).bytes()) as Buffer)).toBe(true);
});

describe("--codec", () => {
  let clip: string;
  beforeAll(async () => {
    clip = await makeClip(at("source.mp4"), { seconds: 2, size: "322x242", encoding: x264() });
  });

  test("h264 encodes with a key frame as often as --keyint says, and no pictures out of order", async () => {
    const frames = await framesOf(clip, "--codec", "h264", "--keyint", "10");
    const times = timesOf(frames);
    expect(frames).toHaveLength(50);
    expect(times.every(({ ptsUs, dtsUs }, i) => ptsUs === i * 40_000 && dtsUs === ptsUs)).toBe(true);
    expect(times.flatMap(({ key }, i) => (key ? [i] : []))).toEqual([0, 10, 20, 30, 40]);
    expect(header(frames[0], "kt-codec")).toMatch(/^avc1\.[0-9a-f]{6}$/);
  });

  test("png loses nothing", async () => {
    const frames = await framesOf(clip, "--codec", "png");
    expect([frames.length, header(frames[0], "content-type")]).toEqual([50, "image/png"]);
    await Bun.write(at("first.png"), pictureOf(frames[0]));
    await ffmpeg(["-i", clip, "-frames:v", "1", "-pix_fmt", "rgb24", at("reference.png")]);
    expect(await pictureHashes(at("first.png"))).toEqual(await pictureHashes(at("reference.png")));
  });

  test("auto encodes where a size, a rate or a filter is asked for", async () => {
    const frames = await framesOf(clip, "--size", "x120", "--fps", "5", "--filter", "hflip");
    expect([frames.length, header(frames[0], "kt-size"), header(frames[0], "content-type")]).toEqual([10, "160x120", "image/jpeg"]);
    expect(frames.map((frame) => numberIn(frame, "kt-pts"))).toEqual(Array.from({ length: 10 }, (_, i) => i * 200_000));
  });

  test.each([
    [["--codec", "vp8"], "--codec takes auto, mjpeg, png, h264 or copy, not 'vp8'"],
    [["--codec", "copy", "--size", "320x"], "--codec copy leaves the frames as they are"],
    [["--size", "big"], "--size takes a size such as 1280x720"],
    [["--fast", "--every", "1s"], "--fast and --every contradict each other"],
    [["--loop", "0"], "--loop must be a whole number, 1 or more"],
  ])("%j is refused before anything is sent", async (options, sentence) => {
    const { code, stderr } = await kt(["emit-video", clip, ...options]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  });
});
