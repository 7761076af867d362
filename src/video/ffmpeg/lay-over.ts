/** Pictures with others laid over them, as JPEG: for clients that show a picture and nothing over it. */
import { closeSync, writeSync } from "node:fs";
import { memoryFile } from "../../memory-file.ts";
import { Turns } from "../../turns.ts";
import { checkSize, mostPixels } from "../formats/picture-size.ts";
import { fragmentedOutput, readPackets } from "../source/packets.ts";
import { failure, startFfmpeg } from "./ffmpeg-child.ts";

export interface Covered {
  data: Uint8Array;
  /** A PNG of the same size. */
  over: Uint8Array;
}

const turns = new Turns(2, { mostWaiting: 64, doing: "boxes are being drawn into pictures" });
const mostMs = 60_000;

/** The whole of what ffmpeg is told, whatever is drawn: what others wrote is in pixels, and no part of it. @param layers a file with them, one after the other */
export function layOverArguments(type: "image/jpeg" | "image/png", layers: string): string[] {
  const pictures = (codec: string, from: string) => [...["-framerate", "25", "-f", "image2pipe", "-c:v", codec, "-max_pixels", String(mostPixels), "-i", from]];
  return [
    ...["-nostdin", "-hide_banner", "-nostats", "-v", "error"],
    ...pictures(type === "image/png" ? "png" : "mjpeg", "pipe:0"),
    ...pictures("png", layers),
    // Laid over with all of its colours: what is only two pixels broad would have but half of them.
    ...["-filter_complex", "[0:v][1:v]overlay=format=yuv444", "-fps_mode", "passthrough", "-enc_time_base", "1/1000000"],
    ...["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "3"],
    ...fragmentedOutput,
  ];
}

/**
 * @param pictures all JPEG, or all PNG, of one size; one after the other as they go out
 * @param signal ends it when nobody waits for it any more
 * @throws KtError too_large, bad_input, ffmpeg_died, busy
 */
export async function layOver(ffmpeg: string, type: "image/jpeg" | "image/png", pictures: readonly Covered[], signal?: AbortSignal): Promise<Uint8Array[]> {
  for (const { data } of pictures) checkSize(data);
  return turns.take(async () => {
    // A second pipe would have to be filled by turns with the first, as ffmpeg reads them.
    const file = memoryFile("layers");
    try {
      for (const { over } of pictures) for (let at = 0; at < over.length; ) at += writeSync(file, over, at);
      return await covered(ffmpeg, layOverArguments(type, `/proc/${process.pid}/fd/${file}`), pictures, signal);
    } finally {
      closeSync(file);
    }
  }, signal);
}

async function covered(ffmpeg: string, args: string[], pictures: readonly Covered[], signal: AbortSignal | undefined): Promise<Uint8Array[]> {
  const child = startFfmpeg(ffmpeg, args, mostMs);
  signal?.addEventListener("abort", child.kill, { once: true });
  const timer = setTimeout(child.giveUp, mostMs);
  const done: Uint8Array[] = [];
  const taking = (async () => {
    for await (const { data } of readPackets(child.stdout)) done.push(Uint8Array.prototype.slice.call(data));
  })().catch(() => {}); // what is wrong is told by its end
  try {
    for (const { data } of pictures) await child.write(data);
    child.finish();
  } catch {
    // As before.
  }
  const [, end] = await Promise.all([taking, child.ended]);
  clearTimeout(timer);
  signal?.removeEventListener("abort", child.kill);
  if (done.length < pictures.length) throw failure(end);
  return done;
}
