/** H.264 or PNG into JPEG by an ffmpeg, picture by picture: each comes out as soon as the coding allows it. */

import { mostPixels } from "../formats/picture-size.ts";
import { squarePixels } from "../source/arguments.ts";
import { DecodedParser } from "./decoded-parser.ts";
import { type FfmpegEnd, startFfmpeg } from "./ffmpeg-child.ts";

export interface DecodedPicture {
  /** As it was given with the access unit. */
  timeUs: number;
  jpeg: Uint8Array;
}

export interface JpegDecoder {
  /**
   * Resolves when ffmpeg has room for more. Begin with a key frame.
   * @param timeUs when the picture is shown: no two have the same
   * @throws KtError where ffmpeg has ended
   */
  write(unit: Uint8Array, timeUs: number): Promise<void>;
  /** Nothing more will come: what is held for the sake of the order comes out. */
  finish(): void;
  /** In the order in which they are shown; ends when ffmpeg does. */
  pictures(): AsyncIterable<DecodedPicture>;
  /** How ffmpeg ended, and what it complained about last: there once the pictures have ended. */
  readonly end: FfmpegEnd | undefined;
  kill(): void;
}

/** Good enough for a large screen; a fifth of the bytes of the best. */
const jpegQuality = 4;

/**
 * The input is IVF, which says how long each access unit is: of bare H.264 ffmpeg would see the end of one
 * only when the next begins. The output goes through two writers into one pipe, a line with the time and
 * the length (framecrc) and then the picture: any container that carries times holds one picture back,
 * 40 ms at 25 fps. Of 720p a JPEG comes 20 ms after its unit (median).
 * @param fromUs pictures that are shown earlier are decoded, and not encoded, which takes most of the time
 */
export function decoderArguments(fromUs: number | undefined): string[] {
  return [
    ...["-hide_banner", "-nostats", "-v", "error"],
    // The first unit tells all there is to know. Each thread more would hold one picture back.
    ...["-probesize", "32", "-analyzeduration", "0", "-flags", "low_delay", "-threads", "1", "-copyts", "-max_pixels", String(mostPixels)],
    ...["-f", "ivf", "-i", "pipe:0"],
    ...["-map", "0:v", "-fps_mode", "passthrough", "-enc_time_base", "1/1000000"],
    ...["-vf", [...(fromUs === undefined ? [] : [`select=gte(t\\,${((fromUs - 0.5) / 1e6).toFixed(7)})`]), squarePixels].join(",")],
    ...["-c:v", "mjpeg", "-threads", "1", "-pix_fmt", "yuvj420p", "-q:v", String(jpegQuality)],
    ...["-f", "tee", "[f=framecrc:flush_packets=1]pipe:1|[f=mjpeg:flush_packets=1]pipe:1"],
  ];
}

export interface JpegDecoderOptions {
  /** Of what is written. */
  type?: DecodedType | undefined;
  /** Pictures that are shown earlier are decoded only. */
  fromUs?: number | undefined;
  /** Where the pictures are taken as they come, a decoder that takes nothing for so long is ended. */
  stuckMs?: number | undefined;
}

/** @param ffmpeg path of the program */
export function openJpegDecoder(ffmpeg: string, { type = "video/h264", fromUs, stuckMs }: JpegDecoderOptions = {}): JpegDecoder {
  const child = startFfmpeg(ffmpeg, decoderArguments(fromUs), stuckMs);
  let begun = false;
  let end: FfmpegEnd | undefined;
  return {
    async write(unit, timeUs) {
      const header = begun ? [] : [ivfHeader(type)];
      begun = true;
      await child.write(...header, ivfFrameHeader(unit.length, timeUs), unit);
    },
    finish: child.finish,
    async *pictures() {
      const parser = new DecodedParser();
      for await (const chunk of child.stdout) yield* parser.push(chunk);
      end = await child.ended;
    },
    get end() {
      return end;
    },
    kill: child.kill,
  };
}

/** By these ffmpeg knows what it is (libavformat/riff.c). */
const fourCharacterCodes = { "video/h264": "H264", "image/png": "MPNG", "image/jpeg": "MJPG" } as const;
export type DecodedType = keyof typeof fourCharacterCodes;

/** IVF as ffmpeg's reader (libavformat/ivfdec.c) takes it; the size is found in the stream itself. */
export function ivfHeader(type: DecodedType): Uint8Array {
  const header = Buffer.alloc(32);
  header.write("DKIF", 0);
  header.writeUInt16LE(header.length, 6);
  header.write(fourCharacterCodes[type], 8);
  header.writeUInt32LE(1_000_000, 16); // units of time in a second
  header.writeUInt32LE(1, 20);
  return header;
}

export function ivfFrameHeader(bytes: number, timeUs: number): Uint8Array {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(bytes, 0);
  header.writeBigInt64LE(BigInt(timeUs), 4);
  return header;
}
