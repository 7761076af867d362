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
