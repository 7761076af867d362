import { afterAll, describe, expect, test } from "bun:test";
import { KtError } from "../../../src/errors.ts";
import { emptyReport, framesExpected, jpegArguments, readLogLine, startJpeg } from "../../../src/video/ffmpeg.ts";
import { openClips, probeTimes } from "./clips.ts";

const clips = openClips();
afterAll(() => clips.remove());

describe("the command line for JPEG frames", () => {
  const rest =
    "-map 0:v:0 -fps_mode vfr -enc_time_base -1 -c:v mjpeg -pix_fmt yuvj420p -q:v 5 -f mov -movflags frag_every_frame+empty_moov+default_base_moof+frag_discont -avoid_negative_ts disabled -flush_packets 1 pipe:1";

  test("of a clip", () => {
    expect(jpegArguments({ input: "a clip.mp4", loop: false, quality: 5 })).toEqual([
      ..."-nostdin -hide_banner -nostats -v repeat+level+verbose -copyts -i".split(" "),
      "a clip.mp4",
      ...rest.split(" "),
    ]);
  });

  test("of a clip that begins again, at another quality", () => {
    expect(jpegArguments({ input: "a.mp4", loop: true, quality: 31 }).join(" ")).toBe(
      `-nostdin -hide_banner -nostats -v repeat+level+verbose -stream_loop -1 -copyts -i a.mp4 ${rest.replace("-q:v 5", "-q:v 31")}`,
    );
  });
});

function reportOf(...lines: string[]) {
  const report = emptyReport();
  for (const line of lines) readLogLine(report, line);
  return report;
}

describe("ffmpeg's log", () => {
  test.each([
    ["ffmpeg 5", "[verbose]   Input stream #0:0 (video): 270 packets read (846137 bytes); 267 frames decoded; "],
    [
      "ffmpeg 6 and 7",
      "[in#0/avi @ 0x55d0c8a3b2c0] [verbose]   Input stream #0:0 (video): 270 packets read (846137 bytes); 267 frames decoded; 3 decode errors (0.01%)",
    ],
  ])("has the totals, by %s", (_, line) => {
    expect(reportOf(line)).toEqual({ ...emptyReport(), packetsRead: 270 });
  });

  test("has how many pictures were handed on", () => {
    expect(reportOf("[verbose]   Output stream #0:0 (video): 267 frames encoded; 267 packets muxed (1402812 bytes); ").framesEncoded).toBe(267);
  });

  test("has the rate of the pictures", () => {
    const line =
      "[info]   Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p(tv, bt709), 640x272 [SAR 1:1 DAR 40:17], 257 kb/s, 29.97 fps, 29.97 tbr, 30k tbn (default)";
    expect(reportOf(line).framesPerSecond).toBe(29.97);
  });

  test("tells how many pictures a damaged source should have had, by its length", () => {
    const report = { ...emptyReport(), packetsRead: 80, durationMs: 4000, framesPerSecond: 25 };
    expect(framesExpected(report)).toBe(80);
    expect(framesExpected({ ...report, framesDamaged: 1 })).toBe(100);
    expect(framesExpected({ ...report, framesDamaged: 1, durationMs: undefined })).toBe(80);
  });

  test("has totals of sound that do not count", () => {
    const lines = [
      "[verbose]   Input stream #0:1 (audio): 88 packets read (20480 bytes); 88 frames decoded (90112 samples); ",
      "[verbose]   Total: 270 packets (846137 bytes) demuxed",
    ];
    expect(reportOf(...lines)).toEqual(emptyReport());
  });

  test("has the length, where the source knows it", () => {
    expect(reportOf("[info]   Duration: 01:02:03.45, start: 0.000000, bitrate: 752 kb/s").durationMs).toBeCloseTo(3_723_450, 6);
    expect(reportOf("[info]   Duration: N/A, bitrate: N/A").durationMs).toBeUndefined();
  });

  test("has each damaged picture", () => {
    const report = reportOf(
      "[warning] corrupt decoded frame in stream 0",
      "[vist#0:0/mpeg4 @ 0x5581b8c0] [warning] corrupt decoded frame",
      "[warning] corrupt decoded frame in stream 0",
    );
    expect(report.framesDamaged).toBe(3);
    expect(report.complaints).toHaveLength(2);
  });

  test("has each complaint once, without its level and its address", () => {
    const report = reportOf(
      "[h264 @ 0x55759cc5e940] [error] reference picture missing during reorder",
      "[h264 @ 0x55759cc6a880] [error] reference picture missing during reorder",
      "[mpegts @ 0x557ccf043a80] [warning] PES packet size mismatch",
      "[mpeg4 @ 0x5581b8c0] [info] Video uses a non-standard and wasteful way to store B-frames",
    );
    expect(report.complaints).toEqual([
      "reference picture missing during reorder",
      "PES packet size mismatch",
      "Video uses a non-standard and wasteful way to store B-frames",
    ]);
    expect(report.lastError).toBe("reference picture missing during reorder");
  });

  test("has no end to complaints, but the report has", () => {
    expect(reportOf(...Array.from({ length: 1000 }, (_, i) => `[error] error ${i}`)).complaints.length).toBeLessThanOrEqual(20);
  });

  test("has remarks on kt's own choices that are no complaint about the source", () => {
    const report = reportOf(
      "[swscaler @ 0x5639621e3400] [swscaler @ 0x5639621f03c0] [warning] deprecated pixel format used, make sure you did set range correctly",
      "[mov @ 0x563961e4c240] [warning] Empty MOOV enabled; disabling automatic bitstream filtering",
      "[info]   Stream #0:0 -> #0:0 (h264 (native) -> mjpeg (native))",
      "[h264 @ 0x563961e49f80] [verbose] Reinit context to 320x240, pix_fmt: yuv420p",
      "",
    );
    expect(report).toEqual(emptyReport());
  });
});

describe("a run of ffmpeg", () => {
  const read = async (input: string, quality = 5) => {
    const source = startJpeg("ffmpeg", { input, loop: false, quality });
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
    expect(report).toEqual({
      packetsRead: 60,
      framesEncoded: 60,
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
    expect(report.framesEncoded).toBe(frames.length);
    expect(frames.length).toBeLessThanOrEqual((await probeTimes(damaged)).length);
    expect(60 - report.framesEncoded + report.framesDamaged).toBeGreaterThan(0);
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
    const source = startJpeg("ffmpeg", { input: await clips.make("loop.mp4", twoSeconds, ...h264), loop: true, quality: 5 });
    let count = 0;
    for await (const { ptsUs } of source.frames()) {
      if (++count === 100) source.stop();
      if (count === 100) expect(ptsUs).toBeGreaterThan(3e6); // the second time round goes on where the first ended
    }
    expect(count).toBeGreaterThanOrEqual(100);
  });
});
