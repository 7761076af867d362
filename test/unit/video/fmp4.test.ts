import { afterAll, expect, test } from "bun:test";
import { initSegment, mediaSegment, type SegmentFrame, trackOf, type VideoTrack } from "../../../src/video/formats/fmp4.ts";
import type { Frame } from "../../../src/video/frame.ts";
import { videoArguments } from "../../../src/video/source/arguments.ts";
import { FragmentParser } from "../../../src/video/source/fragments.ts";
import { readPackets } from "../../../src/video/source/packets.ts";
import { openClips, output } from "./clips.ts";
import { inputOf, jobOf } from "./jobs.ts";

const clips = openClips();
afterAll(() => clips.remove());

const source = "testsrc2=size=162x118:rate=25:duration=2";
const encodings: [string, ...string[]][] = [
  ["without B-frames", "-pix_fmt", "yuv420p", "-bf", "0"],
  ["with B-frames", "-pix_fmt", "yuv420p", "-bf", "3"],
  ["of the baseline profile", "-pix_fmt", "yuv420p", "-profile:v", "baseline"],
  ["of 10 bits and 4:2:2", "-pix_fmt", "yuv422p10le", "-bf", "2"],
];

/** The clip's frames as records have them, decoding times from zero on. */
async function framesOf(clip: string): Promise<Frame[]> {
  const child = Bun.spawn(["ffmpeg", ...videoArguments(jobOf(inputOf(clip)), "copy")], { stdin: "ignore", stdout: "pipe", stderr: "ignore" });
  return Array.fromAsync(readPackets(child.stdout));
}

/** A segment a group of pictures. */
function mux(frames: Frame[], firstDtsUs: number): Uint8Array[] {
  const shiftUs = firstDtsUs - (frames[0]?.dtsUs ?? 0);
  const samples = frames.map(({ data, ptsUs, dtsUs, key }, i): SegmentFrame => {
    const durationUs = (frames[i + 1]?.dtsUs ?? dtsUs + 40_000) - dtsUs;
    return { data, ptsUs: ptsUs + shiftUs, dtsUs: dtsUs + shiftUs, key, durationUs };
  });
  const keys = samples.flatMap(({ key }, i) => (key ? [i] : []));
  const groups = keys.map((begin, i) => samples.slice(begin, keys[i + 1]));
  return [initSegment(trackOf(frames[0]?.data as Uint8Array) as VideoTrack), ...groups.map(mediaSegment)];
}

const packets = async (path: string) => {
  const printed = await output(
    "ffprobe",
    "-v",
    "error",
    "-select_streams",
    "V:0",
    "-show_entries",
    "packet=pts_time,dts_time,duration_time,flags",
    "-of",
    "json",
    path,
  );
  return (JSON.parse(printed) as { packets: { pts_time: string; dts_time: string; duration_time: string; flags: string }[] }).packets;
};
const pictures = async (path: string) => {
  const printed = await output("ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", path, "-map", "0:V:0", "-fps_mode", "passthrough", "-f", "framemd5", "-");
  return printed.split("\n").flatMap((line) => (/^\d/.test(line) ? [line.split(",").at(-1)?.trim()] : []));
};

test.each(encodings)("H.264 %s: ffmpeg reads the same pictures, times and key frames", async (name, ...encoding) => {
  const clip = await clips.make(`${name.replaceAll(/\W/g, "")}.mp4`, source, "-c:v", "libx264", "-g", "10", ...encoding);
  const muxed = clips.path(`${name.replaceAll(/\W/g, "")}-segments.mp4`);
  const frames = await framesOf(clip);
  await Bun.write(muxed, Buffer.concat(mux(frames, 0)));
  const shift = -Number((await packets(clip))[0]?.dts_time);
  const expected = (await packets(clip)).map(({ pts_time, dts_time, duration_time, flags }) => ({
    pts_time: (Number(pts_time) + shift).toFixed(6),
    dts_time: (Number(dts_time) + shift).toFixed(6),
    duration_time,
    flags,
  }));
  expect(expected.filter(({ flags }) => flags.startsWith("K")).length).toBeGreaterThanOrEqual(5);
  expect(await packets(muxed)).toEqual(expected);
  expect(await pictures(muxed)).toEqual(await pictures(clip));
});

test("the track is described as ffmpeg's muxer does", async () => {
  const clip = await clips.make("described.mp4", source, "-c:v", "libx264", "-pix_fmt", "yuv422p10le");
  const child = Bun.spawn(["ffmpeg", ...videoArguments(jobOf(inputOf(clip)), "copy")], { stdin: "ignore", stdout: "pipe", stderr: "ignore" });
  const theirs = new FragmentParser();
  theirs.push(await new Response(child.stdout).bytes());
  const ours = new FragmentParser();
  ours.push(mux(await framesOf(clip), 0)[0] as Uint8Array);
  expect(ours.track).toMatchObject({ format: "avc1", width: 162, height: 118, avcC: theirs.track?.avcC });
});

test("times beyond 32 bits are kept, to the microsecond", async () => {
  const clip = await clips.make("late.mp4", source, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "10");
  const frames = await framesOf(clip);
  const parser = new FragmentParser();
  const samples = mux(frames, 1_800_000_000_000_001).flatMap((segment) => parser.push(segment));
  expect(samples[0]?.dts).toBe(1_800_000_000_000_001);
  expect(samples.map(({ pts, key }) => ({ ptsUs: pts - 1_800_000_000_000_001, key }))).toEqual(
    frames.map(({ ptsUs, key }) => ({ ptsUs: Math.round(ptsUs - (frames[0]?.dtsUs ?? 0)), key })),
  );
});

test("a frame without parameter sets describes no track", () => {
  expect(trackOf(Uint8Array.of(0, 0, 0, 1, 0x65, 1, 2, 3))).toBeUndefined();
});
