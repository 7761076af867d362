/** The muxer by itself, with frames as ffmpeg gives them. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import type { StreamTargetChunk } from "mediabunny";
import type { Frame } from "../../../src/video/frame.ts";
import { Recording } from "../../../src/video/output/recording.ts";
import { readPackets, timeOffsetSeconds } from "../../../src/video/source/packets.ts";
import { type Clips, openClips, probeTimes } from "./clips.ts";

let clips: Clips;
/** 60 frames with B-frames and a key frame every 20. */
let frames: Frame[];

beforeAll(async () => {
  clips = openClips();
  const path = await clips.make("b-frames.mp4", "testsrc2=size=160x120:rate=25:duration=2.4", "-c:v", "libx264", "-bf", "3", "-g", "20", "-pix_fmt", "yuv420p");
  frames = await framesOf(path);
});
afterAll(() => clips.remove());

async function framesOf(path: string): Promise<Frame[]> {
  const mov = ["-f", "mov", "-movflags", "frag_every_frame+empty_moov+default_base_moof+frag_discont", "-use_editlist", "0"];
  const times = ["-output_ts_offset", String(timeOffsetSeconds), "-avoid_negative_ts", "disabled"];
  const child = Bun.spawn(["ffmpeg", "-nostdin", "-v", "error", "-i", path, "-c", "copy", ...mov, ...times, "pipe:1"]);
  return Array.fromAsync(readPackets(child.stdout));
}

/** The bytes of a recording, and whether they came in order. */
async function record(of: Frame[], seekable: boolean): Promise<{ path: string; inOrder: boolean; recording: Recording }> {
  const chunks: StreamTargetChunk[] = [];
  const recording = new Recording(new WritableStream({ write: (chunk) => void chunks.push(chunk) }), { seekable });
  for (const frame of of) await recording.add(frame);
  await recording.finish();
  const length = Math.max(...chunks.map(({ position, data }) => position + data.length));
  const whole = Buffer.alloc(length);
  for (const { position, data } of chunks) whole.set(data, position);
  const path = clips.path(`${seekable ? "file" : "stream"}-${of.length}.mp4`);
  await writeFile(path, whole);
  const ends = chunks.map(({ position, data }) => position + data.length);
  return { path, inOrder: chunks.every(({ position }, i) => position === (ends[i - 1] ?? 0)), recording };
}

describe.each([
  ["a file, with its contents at the end", true],
  ["a stream of bytes in order, in fragments", false],
])("as %s", (_, seekable) => {
  test("all pictures play at their times", async () => {
    const { path, inOrder, recording } = await record(frames, seekable);
    expect([recording.frames, Number(recording.seconds.toFixed(6))]).toEqual([60, 2.4]);
    expect(inOrder).toBe(!seekable);
    const [first = 0, ...others] = await probeTimes(path);
    // ffmpeg moves a fragmented file's times by its largest reordering; players do not.
    if (seekable) expect(first).toBe(0);
    expect(others.map((us) => Math.round(us - first))).toEqual(Array.from({ length: 59 }, (_, i) => (i + 1) * 40_000));
  });

  test("the units come back byte for byte, in their order, with the same times", async () => {
    const { path } = await record(frames, seekable);
    const again = await framesOf(path);
    const told = ({ data, ptsUs, key }: Frame) => [Bun.hash(data).toString(), Math.round(ptsUs), key];
    expect(again.map(told)).toEqual(frames.map(told));
  });
});

test("uneven times are kept to the microsecond", async () => {
  const steps = [0, 33_333, 66_667, 100_001, 1_500_000, 1_500_001, 2_000_000_000];
  const [key] = frames as [Frame];
  const uneven = steps.map((us) => ({ ...key, ptsUs: us, dtsUs: us }));
  const { path } = await record(uneven, true);
  expect((await probeTimes(path)).map(Math.round)).toEqual(steps);
});
