import { afterAll, describe, expect, test } from "bun:test";
import type { Frame } from "../../../src/video/frame.ts";
import { videoArguments } from "../../../src/video/source/arguments.ts";
import { readPackets } from "../../../src/video/source/packets.ts";
import { openClips, probeTimes } from "./clips.ts";
import { inputOf, jobOf } from "./jobs.ts";

const clips = openClips();
afterAll(() => clips.remove());

/** As emit-video reads a clip: by its own command line for ffmpeg. */
async function framesOf(input: string): Promise<Frame[]> {
  const child = Bun.spawn(["ffmpeg", ...videoArguments(jobOf(inputOf(input)), "mjpeg")], { stdin: "ignore", stdout: "pipe", stderr: "ignore" });
  return Array.fromAsync(readPackets(child.stdout));
}

/** The pictures of a clip are those that ffprobe sees, each at its time, to the rounding of ffprobe's six digits. */
async function expectSameTimes(input: string): Promise<void> {
  const [frames, times] = await Promise.all([framesOf(input), probeTimes(input)]);
  expect(times.length).toBeGreaterThan(10);
  expect(frames).toHaveLength(times.length);
  const errorsUs = frames.map(({ ptsUs }, i) => Math.abs(ptsUs - (times[i] ?? 0)));
  expect(Math.max(...errorsUs)).toBeLessThan(2);
}

const h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p"];

describe("the frames of a clip have its exact times", () => {
  test("with a constant rate, and frames that are stored out of order", async () => {
    await expectSameTimes(await clips.make("constant.mp4", "testsrc2=size=160x120:rate=30000/1001:duration=2", ...h264));
  });

  test("in a container that does not begin at 0", async () => {
    await expectSameTimes(await clips.make("late.ts", "testsrc2=size=160x120:rate=25:duration=2", ...h264));
  });

  test("with frames left out", async () => {
    await expectSameTimes(
      await clips.make("gaps.mp4", "testsrc2=size=160x120:rate=30:duration=3,select='not(mod(n,7))+not(mod(n,3))'", "-fps_mode", "vfr", ...h264),
    );
  });

  // As a telephone films: each frame comes when there is light enough for it.
  const irregular = (ticks: number) => [
    `testsrc2=size=160x120:rate=30:duration=3,settb=1/90000,setpts='N*3000+floor(random(0)*${ticks})'`,
    ...["-fps_mode", "passthrough", "-enc_time_base", "1/90000", "-video_track_timescale", "90000", ...h264],
  ];

  test("with a rate that varies a little", async () => {
    const [source = "", ...options] = irregular(600);
    await expectSameTimes(await clips.make("little.mp4", source, ...options));
  });

  test("with a rate that varies much", async () => {
    const [source = "", ...options] = irregular(2500);
    await expectSameTimes(await clips.make("much.mp4", source, ...options));
  });
});

test("each frame is a whole picture of its own, with its size, that needs no other", async () => {
  const frames = await framesOf(await clips.make("size.mp4", "testsrc2=size=176x100:rate=10:duration=2", ...h264));
  for (const { data, key, width, height } of frames) {
    expect([...data.subarray(0, 2), ...data.subarray(-2)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
    expect({ key, width, height }).toEqual({ key: true, width: 176, height: 100 });
  }
  expect(new Set(frames.map(({ data }) => Bun.hash(data))).size).toBe(20);
});

test("a stream that is empty has no frames, and one that is no QuickTime is an error", async () => {
  expect(await Array.fromAsync(readPackets(new Blob([]).stream()))).toEqual([]);
  expect(Array.fromAsync(readPackets(new Blob(["hello, world"]).stream()))).rejects.toThrow(/no MP4/);
});
