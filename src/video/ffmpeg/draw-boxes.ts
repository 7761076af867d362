/** Pictures with boxes drawn into them, as JPEG: for clients that show a picture and nothing over it. */
import { Turns } from "../../turns.ts";
import { checkSize, mostPixels } from "../formats/picture-size.ts";
import { fragmentedOutput, readPackets } from "../source/packets.ts";
import { failure, startFfmpeg } from "./ffmpeg-child.ts";

/** In pixels of the picture, with a colour as #rrggbb. */
export interface PixelBox {
  x: number;
  y: number;
  width: number;
  height: number;
  color: string;
}

export interface Unpainted {
  data: Uint8Array;
  boxes: readonly PixelBox[];
}

/** Each box is a filter of its own: of more, ffmpeg's start takes longer than the picture. */
export const mostBoxes = 100;
/** All that is said to one ffmpeg is one argument, which has an end (128 KiB on Linux). */
const mostFilters = 1000;
const turns = new Turns(2, { mostWaiting: 64, doing: "boxes are being drawn into pictures" });
const mostMs = 60_000;

/** ffmpeg's drawbox, twice for each box: a dark line around the bright one. It needs no font, and so writes no labels. */
export function boxFilters(pictures: readonly Unpainted[]): string {
  const filters = pictures.flatMap(({ boxes }, n) =>
    boxes.slice(0, mostBoxes).flatMap(({ x, y, width, height, color }) => {
      const line = (by: number, thick: number, its: string) =>
        `drawbox=x=${x - by}:y=${y - by}:w=${Math.max(1, width + 2 * by)}:h=${Math.max(1, height + 2 * by)}:color=${its}:t=${thick}:enable=eq(n\\,${n})`;
      return [line(1, 4, "0x000000@0.6"), line(0, 2, color.replace("#", "0x"))];
    }),
  );
  return filters.slice(0, mostFilters).join(",") || "null";
}

/**
 * @param pictures all JPEG, or all PNG, of one size; one after the other as they go out
 * @param signal ends it when nobody waits for it any more
 * @throws KtError too_large, bad_input, ffmpeg_died, busy
 */
export async function drawBoxes(ffmpeg: string, type: "image/jpeg" | "image/png", pictures: readonly Unpainted[], signal?: AbortSignal): Promise<Uint8Array[]> {
  for (const { data } of pictures) checkSize(data);
  return turns.take(async () => {
    const input = ["-framerate", "25", "-f", "image2pipe", "-c:v", type === "image/png" ? "png" : "mjpeg", "-max_pixels", String(mostPixels), "-i", "pipe:0"];
    const output = [
      "-vf",
      boxFilters(pictures),
      "-fps_mode",
      "passthrough",
      "-enc_time_base",
      "1/1000000",
      "-c:v",
      "mjpeg",
      "-pix_fmt",
      "yuvj420p",
      "-q:v",
      "3",
    ];
    const child = startFfmpeg(ffmpeg, ["-nostdin", "-hide_banner", "-nostats", "-v", "error", ...input, ...output, ...fragmentedOutput], mostMs);
    signal?.addEventListener("abort", child.kill, { once: true });
    const timer = setTimeout(child.giveUp, mostMs);
    const painted: Uint8Array[] = [];
    const taking = (async () => {
      for await (const { data } of readPackets(child.stdout)) painted.push(Uint8Array.prototype.slice.call(data));
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
    if (painted.length < pictures.length) throw failure(end);
    return painted;
  }, signal);
}
