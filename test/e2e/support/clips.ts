/** Videos of known content, made where they are needed: the repository keeps none. */
import { readFile, writeFile } from "node:fs/promises";
import { ffmpegPath } from "./kt.ts";
import { run } from "./process.ts";

export interface ClipOptions {
  seconds?: number;
  rate?: number;
  size?: string;
  /** ffmpeg's, for the encoding. */
  encoding?: string[];
}

/** H.264 with a single key frame; each picture is shown when it is stored, as a camera has it. */
export const withoutBFrames = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "0", "-g", "1000", "-sc_threshold", "0"];
/** H.264 whose pictures are stored in another order than they are shown. */
export const withBFrames = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "3", "-g", "60"];

/** A moving test picture: seconds × rate frames of H.264 with B-frames, unless told otherwise. */
export async function makeClip(
  path: string,
  { seconds = 4, rate = 25, size = "320x240", encoding = ["-c:v", "libx264", "-pix_fmt", "yuv420p"] }: ClipOptions = {},
): Promise<string> {
  await ffmpeg(["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${rate}`, "-t", String(seconds), ...encoding, path]);
  return path;
}

export async function ffmpeg(args: string[]): Promise<void> {
  const { code, stderr } = await run([ffmpegPath, "-nostdin", "-y", "-v", "error", ...args], { timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`ffmpeg ${args.join(" ")}: ${stderr}`);
}

/** Overwrites a fifth of the file, in its middle, with zeros. */
export async function damage(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes.fill(0, Math.floor(bytes.length * 0.4), Math.floor(bytes.length * 0.6));
  await writeFile(path, bytes);
}

/** The presentation times of a file's pictures, in microseconds, in the order they are shown. */
export async function presentationTimesUs(path: string): Promise<number[]> {
  const { stdout } = await run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0", path]);
  return stdout
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((seconds) => Math.round(Number(seconds) * 1e6))
    .sort((a, b) => a - b);
}

export interface ProbedPacket {
  ptsUs: number;
  dtsUs: number;
  key: boolean;
}

/** Each packet of the first video stream as ffprobe sees it, in the order in which they are stored. */
export async function probePackets(path: string): Promise<ProbedPacket[]> {
  const show = ["-select_streams", "V:0", "-show_entries", "packet=pts_time,dts_time,flags", "-of", "json"];
  const { stdout } = await run(["ffprobe", "-v", "error", ...show, path]);
  const { packets } = JSON.parse(stdout) as { packets: { pts_time: string; dts_time: string; flags: string }[] };
  const us = (seconds: string) => Math.round(Number(seconds) * 1e6);
  return packets.map(({ pts_time, dts_time, flags }) => ({ ptsUs: us(pts_time), dtsUs: us(dts_time), key: flags.startsWith("K") }));
}

/** The presentation time of each picture that a player shows, in microseconds, in order. */
export async function probeFrames(path: string): Promise<number[]> {
  const { stdout } = await run([
    "ffprobe",
    "-v",
    "error",
    "-select_streams",
    "V:0",
    "-show_entries",
    "frame=best_effort_timestamp_time",
    "-of",
    "csv=p=0",
    path,
  ]);
  return (stdout.match(/^-?\d+\.\d+/gm) ?? []).map((seconds) => Math.round(Number(seconds) * 1e6));
}
