/** Pictures of any kind into pixels of one size by an ffmpeg, picture by picture. */
import { mostPixels, type Size } from "../formats/picture-size.ts";
import { DecodedParser } from "./decoded-parser.ts";
import { type FfmpegEnd, startFfmpeg } from "./ffmpeg-child.ts";
import { type DecodedType, ivfFrameHeader, ivfHeader } from "./jpeg-decoder.ts";

export interface DecodedRaster {
  /** As it was given with the encoded picture. */
  timeUs: number;
  /** Three bytes a pixel: red, green and blue, row by row. */
  rgb: Uint8Array;
}

export interface RasterDecoder {
  /**
   * Resolves when ffmpeg has room for more. Begin with a key frame.
   * @param timeUs when the picture is shown: no two have the same
   * @throws KtError where ffmpeg has ended
   */
  write(unit: Uint8Array, timeUs: number): Promise<void>;
  /** Nothing more will come: what is held for the sake of the order comes out. */
  finish(): void;
  /** In the order in which they are shown; ends when ffmpeg does. What is not taken holds ffmpeg back. */
  rasters(): AsyncGenerator<DecodedRaster>;
  kill(): void;
  readonly ended: Promise<FfmpegEnd>;
}

/**
 * As the decoder to JPEG has it: IVF in, and out a line with the time and the length, then the picture.
 * @param fromUs pictures that are shown earlier are decoded only
 */
export function rasterArguments({ width, height }: Size, fromUs: number | undefined): string[] {
  return [
    ...["-hide_banner", "-nostats", "-v", "error"],
    ...["-probesize", "32", "-analyzeduration", "0", "-flags", "low_delay", "-threads", "1", "-copyts", "-max_pixels", String(mostPixels)],
    ...["-f", "ivf", "-i", "pipe:0"],
    ...["-map", "0:v", "-fps_mode", "passthrough", "-enc_time_base", "1/1000000"],
    // Of a picture that becomes much smaller, each pixel counts.
    ...["-vf", `${fromUs === undefined ? "" : `select=gte(t\\,${((fromUs - 0.5) / 1e6).toFixed(7)}),`}scale=${width}:${height}:flags=area,setsar=1`],
    ...["-c:v", "rawvideo", "-threads", "1", "-pix_fmt", "rgb24"],
    ...["-f", "tee", "[f=framecrc:flush_packets=1]pipe:1|[f=rawvideo:flush_packets=1]pipe:1"],
  ];
}

/** @param ffmpeg path of the program */
export function openRasterDecoder(ffmpeg: string, type: DecodedType, size: Size, fromUs?: number): RasterDecoder {
  const child = startFfmpeg(ffmpeg, rasterArguments(size, fromUs));
  let begun = false;
  return {
    async write(unit, timeUs) {
      const header = begun ? [] : [ivfHeader(type)];
      begun = true;
      await child.write(...header, ivfFrameHeader(unit.length, timeUs), unit);
    },
    finish: child.finish,
    async *rasters() {
      const parser = new DecodedParser();
      for await (const chunk of child.stdout) for (const { timeUs, jpeg } of parser.push(chunk)) yield { timeUs, rgb: jpeg };
    },
    kill: child.kill,
    ended: child.ended,
  };
}
