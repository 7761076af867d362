/** What ffprobe and ffmpeg say about a video file. */
import { expect } from "bun:test";
import { ffmpegPath } from "./kt.ts";
import { run } from "./process.ts";

export interface Packet {
  ptsUs: number;
  dtsUs: number;
  key: boolean;
}

/** In the order of the file, which is that of decoding. */
export async function packetsOf(path: string): Promise<Packet[]> {
  const { stdout } = await run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time,dts_time,flags", "-of", "json", path]);
  const { packets } = JSON.parse(stdout) as { packets: { pts_time: string; dts_time: string; flags: string }[] };
  const us = (seconds: string) => Math.round(Number(seconds) * 1e6);
  return packets.map(({ pts_time, dts_time, flags }) => ({ ptsUs: us(pts_time), dtsUs: us(dts_time), key: flags.startsWith("K") }));
}

/** One hash a picture, in the order they are shown, by ffmpeg's own decoder; it must have nothing to complain of. */
export async function decode(path: string, ...inputOptions: string[]): Promise<string[]> {
  const options = ["-map", "0:V:0", "-fps_mode", "passthrough", "-f", "framemd5", "-"];
  const { code, stdout, stderr } = await run([ffmpegPath, "-nostdin", "-v", "error", "-xerror", ...inputOptions, "-i", path, ...options], {
    timeoutMs: 60_000,
  });
  expect([code, stderr]).toEqual([0, ""]);
  return stdout
    .split("\n")
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(",").at(-1)?.trim() ?? "");
}
