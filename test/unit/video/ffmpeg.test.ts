import { afterAll, describe, expect, test } from "bun:test";
import { KtError } from "../../../src/errors.ts";
import { openVideo } from "../../../src/video/source/ffmpeg.ts";
import { openClips, probeTimes } from "./clips.ts";
import { inputOf, jobOf, someFile } from "./jobs.ts";

const clips = openClips();
afterAll(() => clips.remove());

describe("a run of ffmpeg", () => {
  const read = async (path: string, quality = 5) => {
    const source = openVideo("ffmpeg", jobOf({ ...someFile, location: path, shown: path }, { codec: "mjpeg", quality }));
    const frames = await Array.fromAsync(source.frames());
    return { frames, report: source.report };
  };
  const twoSeconds = "testsrc2=size=160x120:rate=30:duration=2";
  const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

  test.each([
    ["H.264", "clean.mp4", h264],
    ["MPEG-4", "clean.avi", ["-c:v", "mpeg4"]],
    ["Motion JPEG", "clean.mkv", ["-c:v", "mjpeg"]],
    ["H.264 with other colours", "clean-10.mkv", ["-c:v", "libx264", "-pix_fmt", "yuv444p"]],
  ])("on a clean clip of %s has nothing to complain about", async (_, name, options) => {
    const { frames, report } = await read(await clips.make(name, twoSeconds, ...options));
    expect(frames).toHaveLength(60);
    expect(report).toMatchObject({
      packetsRead: 60,
      framesWritten: 60,
      framesUnusable: 0,
      framesDamaged: 0,
      durationMs: 2000,
      framesPerSecond: 30,
      complaints: [],
      lastError: undefined,
    });
  });

  test("on a damaged clip counts what was lost, and shows the rest", async () => {
    const whole = await clips.make("whole.mp4", twoSeconds, ...h264);
    const bytes = Buffer.from(await Bun.file(whole).arrayBuffer());
    const pictures = bytes.indexOf("mdat");
    for (let at = pictures + 0.5 * (bytes.length - pictures), end = at + 400; at < end; at++) bytes[Math.floor(at)] = 0xff;
    const damaged = clips.path("damaged.mp4");
    await Bun.write(damaged, bytes);
    const { frames, report } = await read(damaged);
    expect(report.packetsRead).toBe(60);
    expect(report.framesWritten).toBe(frames.length);
    expect(frames.length).toBeLessThanOrEqual((await probeTimes(damaged)).length);
    expect(60 - report.framesWritten + report.framesDamaged).toBeGreaterThan(0);
    expect(report.complaints.length).toBeGreaterThan(0);
    expect(new Set(report.complaints).size).toBe(report.complaints.length);
    expect(report.lastError).toBeDefined();
  });

  test("makes smaller pictures at a worse quality", async () => {
    const input = await clips.make("quality.mp4", twoSeconds, ...h264);
    const size = async (quality: number) => (await read(input, quality)).frames.reduce((sum, { data }) => sum + data.length, 0);
    expect(await size(31)).toBeLessThan(0.7 * (await size(2)));
  });

  test.each([
    ["without pictures", "sound.wav", "has no video in it. Give a file with pictures."],
    [
      "that is text",
      "text.mp4",
      "is no video that ffmpeg can read (Invalid data found when processing input). Give a video file: mp4, mkv, avi, mov and others.",
    ],
    ["that is not there", "missing.mp4", "There is no file '"],
  ])("on a file %s says so", async (_, name, sentence) => {
    if (name === "sound.wav") await clips.make(name, "sine=duration=1");
    if (name === "text.mp4") await Bun.write(clips.path(name), "hello\n");
    const error = await read(clips.path(name)).then(() => undefined, KtError.from);
    expect(error).toMatchObject({ code: "bad_input", exitCode: 1 });
    expect(error?.sentence).toContain(sentence);
    expect(error?.sentence).toContain(`'${clips.path(name)}'`);
  });

  test("that is stopped ends its frames, and is no error, though it would go on for ever", async () => {
    const source = openVideo("ffmpeg", jobOf(inputOf(await clips.make("loop.mp4", twoSeconds, ...h264)), { codec: "mjpeg", times: Number.POSITIVE_INFINITY }));
    let count = 0;
    for await (const { ptsUs } of source.frames()) {
      if (++count === 100) source.stop();
      if (count === 100) expect(ptsUs).toBeGreaterThan(3e6); // the second time round goes on where the first ended
    }
    expect(count).toBeGreaterThanOrEqual(100);
  });
});
