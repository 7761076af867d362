import { describe, expect, test } from "bun:test";
import { isFiltered, videoArguments } from "../../../src/video/source/arguments.ts";
import type { VideoInput } from "../../../src/video/source/input.ts";
import { jobOf, someFile } from "./jobs.ts";

const before = "-nostdin -hide_banner -nostats -v repeat+level+verbose";
const after =
  "-f mov -movflags frag_every_frame+empty_moov+default_base_moof+frag_discont -use_editlist 0 -output_ts_offset 1000 -avoid_negative_ts disabled -flush_packets 1 pipe:1";
const camera: VideoInput = { name: "cam", kind: "network", location: "rtsp://cam/1", shown: "rtsp://cam/1", live: true };
const testSource: VideoInput = { name: "testsrc", kind: "testsrc", location: "testsrc", shown: "testsrc", live: false };

/** What stands between -i's argument and the container's options. */
const square = "scale=w='if(eq(sar,1),iw,2*round(iw*sar/2))':h=ih,setsar=1";
const encoder = (...[job, encoding]: Parameters<typeof videoArguments>) => /-map 0:V:0 (.*) -f mov /.exec(videoArguments(job, encoding).join(" "))?.[1];

test("the command line for a file that is copied; its name may have anything in it", () => {
  expect(videoArguments(jobOf(someFile), "copy")).toEqual([
    ...before.split(" "),
    "-copyts",
    "-i",
    "file:a clip.mp4",
    ..."-map 0:V:0 -c:v copy".split(" "),
    ...after.split(" "),
  ]);
});

describe("the source", () => {
  const input = (...[given, changes]: Parameters<typeof jobOf>) =>
    / -v repeat\+level\+verbose (.*) -map /.exec(videoArguments(jobOf(given, changes), "mjpeg").join(" "))?.[1];

  test("from a time on, for so long, so many times", () => {
    expect(input(someFile, { times: 3, startSeconds: 90, durationSeconds: 1.5 })).toBe("-stream_loop 2 -ss 90 -t 1.5 -copyts -i file:a clip.mp4");
    expect(input(someFile, { times: Number.POSITIVE_INFINITY })).toBe("-stream_loop -1 -copyts -i file:a clip.mp4");
  });
  test("what is live is decoded one picture at a time, so that none waits for the next", () => {
    expect(input(camera)).toStartWith("-thread_type slice ");
    expect(input({ ...camera, live: undefined, location: "http://cam/1" })).toStartWith("-thread_type slice ");
    expect(input(someFile)).not.toContain("thread_type");
  });
  test("RTSP comes by TCP and is not waited for for ever, unless the user's options, which stand behind, say otherwise", () => {
    expect(input(camera, { inputOptions: ["-rtsp_transport", "udp"] })).toBe(
      "-thread_type slice -copyts -rtsp_transport tcp -timeout 30000000 -rtsp_transport udp -i rtsp://cam/1",
    );
  });
  test.each([
    ["rtmp://cam/1", "-rw_timeout"],
    ["rtmps://cam/1", "-rw_timeout"],
    ["tcp://cam:1", "-rw_timeout"],
    ["srt://cam:1", "-timeout"],
    ["udp://cam:1", "-timeout"],
  ])("what says nothing at %s is not waited for for ever, and a publisher is", (location, option) => {
    const silent: VideoInput = { ...camera, location };
    expect(input(silent)).toContain(` ${option} 30000000 -i ${location}`);
    expect(input({ ...silent, listens: true })).not.toContain("timeout");
  });
  test("an HTTP server that sends nothing is not waited for for ever; its parts are not looked at where they are wrong", () => {
    const http: VideoInput = { ...camera, location: "http://cam/1", live: undefined };
    expect(input(http)).toBe("-thread_type slice -copyts -rw_timeout 20000000 -i http://cam/1");
    expect(input(http, { bareJpeg: true })).toBe("-thread_type slice -copyts -rw_timeout 20000000 -f mjpeg -i http://cam/1");
  });
  test("a test picture has the size and rate that were asked for from the start", () => {
    expect(input(testSource)).toBe("-copyts -f lavfi -i testsrc2=size=1280x720:rate=30");
    expect(input(testSource, { size: { width: 640, height: 360 }, fps: 10 })).toBe("-copyts -f lavfi -i testsrc2=size=640x360:rate=10");
    expect(isFiltered(jobOf(testSource, { size: { width: 640, height: 360 }, fps: 10 }))).toBe(false);
  });
  test("images come through a pipe, at the rate that was asked for", () => {
    expect(input({ ...someFile, kind: "images" }, { fps: 2, times: 2, imageKind: "PNG" })).toBe("-copyts -f png_pipe -framerate 2 -i pipe:0");
  });
});

describe("the encoder", () => {
  test("of JPEG keeps every time as it is", () => {
    expect(encoder(jobOf(someFile, { quality: 31 }), "mjpeg")).toBe(
      `-vf ${square} -fps_mode vfr -enc_time_base 1/1000000 -c:v mjpeg -pix_fmt yuvj420p -q:v 31`,
    );
  });
  test("of H.264 has no pictures out of order, an even size, and for a camera no delay", () => {
    const h264 = `-vf ${square},crop=trunc(iw/2)*2:trunc(ih/2)*2 -fps_mode vfr -enc_time_base 1/1000000 -c:v libx264 -preset veryfast -pix_fmt yuv420p -bf 0 -crf 23 -g 30`;
    expect(encoder(jobOf(someFile, { keyint: 30 }), "h264")).toBe(h264);
    expect(encoder(jobOf(camera, { keyint: 30 }), "h264")).toBe(`${h264} -tune zerolatency -thread_type slice`);
  });
  test("comes after the user's filter, then the rate, then square pixels, then the size", () => {
    const job = jobOf(someFile, { filter: "hflip", fps: 5, size: { width: undefined, height: 120 } });
    expect(isFiltered(job)).toBe(true);
    expect(encoder(job, "png")).toBe(`-vf hflip,fps=5,${square},scale=-2:120,setsar=1 -fps_mode vfr -enc_time_base 1/1000000 -c:v png -pix_fmt rgb24`);
  });
});
