/** What kt emit-video sends is what a player shows: of the right track, as much of it, in the right shape. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { ffmpeg, makeClip, probeFrames } from "./support/clips.ts";
import { header, isEnd, numberIn, pictureOf } from "./support/frames.ts";
import { kt, ktOk, recordsOf, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";

let folder: TempFolder;
const at = (name: string) => `${folder.path}/${name}`;
beforeAll(async () => {
  folder = await tempFolder();
  await makeClip(at("clip.mp4"), { seconds: 2, rate: 10 });
});
afterAll(() => folder[Symbol.asyncDispose]());

async function emitted(path: string, ...options: string[]) {
  const topic = uniqueName("shown");
  const { code, stderr } = await kt(["emit-video", path, "--topic", topic, "--fast", ...options], { timeoutMs: 60_000 });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return { topic, stderr, frames: (await recordsOf(topic)).filter((record) => !isEnd(record)) };
}

async function shapeOf(path: string): Promise<string> {
  const show = ["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height,sample_aspect_ratio", "-of", "csv=p=0"];
  return (await run(["ffprobe", ...show, path])).stdout.trim();
}

describe("of several pictures that a file holds", () => {
  test.each(["copy", "mjpeg", "auto"])("a cover that is stored first is not meant, and nothing is wrong (--codec %s)", async (codec) => {
    await ffmpeg(["-f", "lavfi", "-i", "testsrc=size=64x64", "-frames:v", "1", at("cover.jpg")]);
    await ffmpeg(["-i", at("cover.jpg"), "-i", at("clip.mp4"), "-map", "0", "-map", "1", "-c", "copy", "-disposition:v:0", "attached_pic", at("covered.mp4")]);
    const { frames, stderr } = await emitted(at("covered.mp4"), "--codec", codec);
    expect(frames.map((frame) => header(frame, "kt-size"))).toEqual(Array(20).fill("320x240"));
    expect(stderr).not.toMatch(/Warning|not clean|ffmpeg/);
  });

  test.each(["copy", "mjpeg"])("the first of two videos is meant, and nothing is wrong (--codec %s)", async (codec) => {
    await ffmpeg([
      "-i",
      at("clip.mp4"),
      "-f",
      "lavfi",
      "-i",
      "testsrc=size=160x120:rate=25",
      "-t",
      "2",
      "-map",
      "0",
      "-map",
      "1",
      "-c:v",
      "libx264",
      at("two.mp4"),
    ]);
    const { frames, stderr } = await emitted(at("two.mp4"), "--codec", codec);
    expect(frames.map((frame) => header(frame, "kt-size"))).toEqual(Array(20).fill("320x240"));
    expect(stderr).not.toMatch(/Warning|not clean|ffmpeg/);
  });
});

describe("what an edit list cuts away", () => {
  let shownUs: number[];
  beforeAll(async () => {
    await ffmpeg(["-ss", "0.75", "-i", at("clip.mp4"), "-c", "copy", at("trimmed.mp4")]);
    shownUs = await probeFrames(at("trimmed.mp4"));
  });

  test.each(["auto", "mjpeg", "h264"])("is not sent, and nothing is wrong (--codec %s)", async (codec) => {
    expect(shownUs.length).toBeLessThan(20);
    const { frames, stderr } = await emitted(at("trimmed.mp4"), "--codec", codec);
    expect(frames.map((frame) => numberIn(frame, "kt-pts"))).toEqual(shownUs);
    expect(stderr).not.toContain("Warning");
    if (codec === "auto") expect(stderr).toContain("Note: The edit list of trimmed cuts away pictures that others need, so it is encoded as JPEG");
  });

  test("is not sent either where the file comes through a pipe", async () => {
    await ffmpeg(["-i", at("trimmed.mp4"), "-c", "copy", "-movflags", "+faststart", "-copyts", at("piped.mp4")]);
    const topic = uniqueName("piped");
    await ktOk(["emit-video", "-", "--topic", topic, "--fast"], { stdin: await readFile(at("piped.mp4")) });
    expect((await recordsOf(topic)).filter((record) => !isEnd(record))).toHaveLength((await probeFrames(at("piped.mp4"))).length);
  });

  test("is counted by nobody where the rest is damaged", async () => {
    const bytes = await readFile(at("trimmed.mp4"));
    const pictures = bytes.indexOf("mdat");
    bytes.fill(0xff, pictures + Math.floor((bytes.length - pictures) * 0.5), pictures + Math.floor((bytes.length - pictures) * 0.6));
    await Bun.write(at("trimmed-damaged.mp4"), bytes);
    const { stderr, frames } = await emitted(at("trimmed-damaged.mp4"), "--codec", "mjpeg");
    const [, missing, expected, damaged] =
      /Warning: .* is not clean: (\d+) of (\d+) frames could not be decoded, (\d+) were shown damaged\./.exec(stderr) ?? [];
    expect(Number(expected)).toBe(shownUs.length);
    expect(Number(missing)).toBe(shownUs.length - frames.length);
    expect(Number(missing) + Number(damaged)).toBeGreaterThan(0);
  });
});

describe("pixels that are not square", () => {
  const wide = "setsar=64/45";
  test.each([
    ["MPEG-2", "dvd.mpg", ["-vf", wide, "-c:v", "mpeg2video"], []],
    ["Motion JPEG", "wide.mov", ["-vf", wide, "-c:v", "mjpeg"], []],
    ["H.264 that is encoded again", "again.mp4", ["-vf", wide, "-c:v", "libx264", "-pix_fmt", "yuv420p"], ["--codec", "h264"]],
  ])("are made so (%s)", async (_, name, encoding, options) => {
    await makeClip(at(name), { seconds: 1, rate: 25, size: "720x576", encoding });
    const { frames } = await emitted(at(name), ...options);
    expect(new Set(frames.map((frame) => header(frame, "kt-size")))).toEqual(new Set(["1024x576"]));
    await Bun.write(at("first"), pictureOf(frames[0]));
    expect(await shapeOf(at("first"))).toStartWith("1024,576,1:1");
  });

  test("keep their shape where only the container says so", async () => {
    await makeClip(at("square.mp4"), { seconds: 1, size: "720x576" });
    await ffmpeg(["-i", at("square.mp4"), "-c", "copy", "-aspect", "16:9", at("stretched.mp4")]);
    const { frames, stderr } = await emitted(at("stretched.mp4"));
    expect(header(frames[0], "kt-size")).toBe("1024x576");
    expect(stderr).toContain("Note: stretched has pixels that are not square, so it is encoded as JPEG");
  });

  test("are passed through as H.264, and a recording and a saved picture have the shape that is shown", async () => {
    await makeClip(at("wide.mp4"), { seconds: 1, size: "720x576", encoding: ["-vf", wide, "-c:v", "libx264", "-pix_fmt", "yuv420p"] });
    const { topic, frames } = await emitted(at("wide.mp4"));
    expect(header(frames[0], "content-type")).toBe("video/h264");
    await ktOk(["consume", topic, "--record", at("recorded.mp4"), "--exit"]);
    expect(await shapeOf(at("recorded.mp4"))).toStartWith("720,576,64:45");
    await ktOk(["consume", topic, "--save", at("saved-%d.jpg"), "--exit"]);
    expect(await shapeOf(at("saved-1.jpg"))).toStartWith("1024,576,1:1");
  });
});
