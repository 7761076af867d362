import { describe, expect, test } from "bun:test";
import { secretsHider } from "../../../src/secrets.ts";
import { emptyReport, framesExpected, isDamaged, readLogLine } from "../../../src/video/source/ffmpeg-log.ts";

function reportOf(...lines: string[]) {
  const report = emptyReport();
  for (const line of lines) readLogLine(report, line, (sentence) => sentence);
  return report;
}

test("of a camera's password nothing is kept, not even where ffmpeg took a piece of it for the host", () => {
  const report = emptyReport();
  for (const line of [
    "[tcp @ 0x55871cf9d5c0] [error] Failed to resolve hostname RET: Name or service not known",
    "[warning] is that h264?",
    "[error] rtsp://admin:SEC@RET#1h264@127.0.0.1:9/x: Input/output error",
    "[info]   Stream #0:0: Video: h264 (High), yuv420p, 25 fps",
  ])
    readLogLine(report, line, secretsHider("rtsp://admin:SEC@RET#1h264@127.0.0.1:9/x", ["h264"]));
  expect(report.complaints).toEqual([
    "Failed to resolve hostname ***: Name or service not known",
    "is that ***?",
    "rtsp://admin:***@127.0.0.1:9/x: Input/output error",
  ]);
  expect(report.lastError).toBe("rtsp://admin:***@127.0.0.1:9/x: Input/output error");
  expect(report.source?.codec).toBe("h264");
});

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
    expect(reportOf("[verbose]   Output stream #0:0 (video): 267 frames encoded; 267 packets muxed (1402812 bytes); ").framesWritten).toBe(267);
    expect(reportOf("[verbose]   Output stream #0:0 (video): 250 packets muxed (506093 bytes); ").framesWritten).toBe(250);
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
    expect(framesExpected({ ...report, framesDamaged: 1, framesListed: 90 })).toBe(90);
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

  test("is of the stream that is shown, whatever others are beside it", () => {
    const report = reportOf(
      "[warning] stream 0, timescale not set",
      "[info]   Stream #0:0[0x1]: Video: mjpeg (Baseline), yuvj420p, 320x240 [SAR 1:1 DAR 4:3], 90k tbr, 90k tbn (attached pic)",
      "[info]   Stream #0:1[0x2](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p, 320x240 [SAR 1:1 DAR 4:3], 10 fps, 10 tbr, 10240 tbn (default)",
      "[info]   Stream #0:2[0x3](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p, 160x120 [SAR 1:1 DAR 4:3], 10 fps, 10 tbr, 10240 tbn",
      "[info]       displaymatrix: rotation of -90.00 degrees",
      "[info] Stream mapping:",
      "[verbose]   Input stream #0:0 (video): 1 packets read (1376 bytes); ",
      "[verbose]   Input stream #0:1 (video): 40 packets read (85212 bytes); ",
      "[verbose]   Input stream #0:2 (video): 7 packets read (2873 bytes); ",
    );
    expect(report).toMatchObject({ packetsRead: 40, source: { index: 1, id: 2, codec: "h264", rotationDegrees: 0 } });
    expect(isDamaged(report)).toBe(false);
  });

  test.each([
    ["h264 (High), yuv420p, 720x576 [SAR 64:45 DAR 16:9], 25 fps", 64 / 45, undefined],
    ["h264 (High), yuv420p, 720x576 [SAR 1:1 DAR 5:4], 1217 kb/s, SAR 64:45 DAR 16:9, 25 fps", 1, 64 / 45],
    ["h264 (High), yuv420p, 720x576, SAR 4:3 DAR 5:3, 25 fps", 1, 4 / 3],
    ["h264 (High), yuv420p, 720x576 [SAR 0:1 DAR 0:0], 25 fps", 1, undefined],
  ])("has the shape of the pixels: %s", (video, pixelAspect, containerAspect) => {
    expect(reportOf(`[info]   Stream #0:0[0x1](und): Video: ${video}`).source).toMatchObject({ pixelAspect, containerAspect });
  });

  test.each(["displaymatrix", "Display Matrix"])("has how far the source is to be turned (%s)", (name) => {
    const video = "[info]   Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p, 320x240, 25 fps";
    expect(reportOf(video, `[info]       ${name}: rotation of 90.00 degrees`).source?.rotationDegrees).toBe(90);
  });

  test.each([
    ["ffmpeg 5", ["[error] http://10.0.0.7/x: Connection refused"], "http://10.0.0.7/x: Connection refused"],
    [
      "ffmpeg 9",
      [
        "[in#0 @ 0x55eb4cfbacc0] [error] Error opening input: Connection refused",
        "[error] Error opening input file http://10.0.0.7/x.",
        "[fatal] Error opening input files: Connection refused",
      ],
      "Connection refused",
    ],
    [
      "ffmpeg 9, of a source without video",
      [
        "[fatal] Stream map '' matches no streams.",
        "[fatal] To ignore this, add a trailing '?' to the map.",
        "[fatal] Failed to set value '0:V:0' for option 'map': Invalid argument",
        "[fatal] Error parsing options for output file pipe:1.",
        "[fatal] Error opening output files: Invalid argument",
      ],
      "Stream map '' matches no streams",
    ],
  ])("has the reason why a source cannot be opened, by %s", (_, lines, reason) => {
    expect(reportOf(...lines).lastError).toBe(reason);
  });

  test("has as its reason none that is empty, or only follows from another", () => {
    const report = reportOf(
      "[mpjpeg @ 0x55e653af7940] [error] Unexpected Content-Type : image/jpg",
      "[null @ 0x55e653afd180] [error] dimensions not set",
      "[error] Could not write header for output file #0 (incorrect codec parameters ?): Invalid argument",
      "[error] Error initializing output stream 0:0 -- ",
      "[error] ",
    );
    expect(report.lastError).toBe("Unexpected Content-Type : image/jpg");
    expect(reportOf("[error] Error initializing output stream 0:0 -- ", "[error] ").lastError).toBe("Error initializing output stream 0:0");
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
