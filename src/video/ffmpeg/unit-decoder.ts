/** Encoded pictures into others by an ffmpeg, picture by picture: each comes out as soon as the coding allows it. */
import { mostPixels } from "../formats/picture-size.ts";
import { DecodedParser } from "./decoded-parser.ts";
import { type FfmpegEnd, startFfmpeg } from "./ffmpeg-child.ts";

export interface DecodedPicture {
  /** As it was given with the access unit. */
  timeUs: number;
  data: Uint8Array;
}

export interface UnitDecoder {
  /**
   * Resolves when ffmpeg has room for more. Begin with a key frame.
   * @param timeUs when the picture is shown: no two have the same
   * @throws KtError where ffmpeg has ended
   */
  write(unit: Uint8Array, timeUs: number): Promise<void>;
  /** Nothing more will come: what is held for the sake of the order comes out. */
  finish(): void;
  /** In the order in which they are shown; ends when ffmpeg does. What is not taken holds ffmpeg back. */
  pictures(): AsyncGenerator<DecodedPicture>;
  /** How ffmpeg ended, and what it complained about last. Never rejects. */
  readonly ended: Promise<FfmpegEnd>;
  /** The same, there once the pictures have ended. */
  readonly end: FfmpegEnd | undefined;
  kill(): void;
}

/** What is made of a picture. */
export interface Output {
  filter: string;
  encoder: string[];
  /** A muxer that writes nothing but the pictures. */
  format: string;
}

/**
 * The input is IVF, which says how long each access unit is: of bare H.264 ffmpeg would see the end of one
 * only when the next begins. The output goes through two writers into one pipe, a line with the time and
 * the length (framecrc) and then the picture: any container that carries times holds one picture back,
 * 40 ms at 25 fps. Of 720p a JPEG comes 20 ms after its unit (median).
 * @param fromUs pictures that are shown earlier are decoded, and not encoded, which takes most of the time
 */
export function decodingArguments({ filter, encoder, format }: Output, fromUs: number | undefined): string[] {
  return [
    ...["-hide_banner", "-nostats", "-v", "error"],
    // The first unit tells all there is to know. Each thread more would hold one picture back.
    ...["-probesize", "32", "-analyzeduration", "0", "-flags", "low_delay", "-threads", "1", "-copyts", "-max_pixels", String(mostPixels)],
    ...["-f", "ivf", "-i", "pipe:0"],
    ...["-map", "0:v", "-fps_mode", "passthrough", "-enc_time_base", "1/1000000"],
    ...["-vf", [...(fromUs === undefined ? [] : [`select=gte(t\\,${((fromUs - 0.5) / 1e6).toFixed(7)})`]), filter].join(",")],
    ...[...encoder, "-threads", "1"],
    ...["-f", "tee", `[f=framecrc:flush_packets=1]pipe:1|[f=${format}:flush_packets=1]pipe:1`],
  ];
}

/**
 * @param ffmpeg path of the program
 * @param args as decodingArguments makes them
 * @param stuckMs where the pictures are taken as they come, a decoder that takes nothing for so long is ended
 */
export function openUnitDecoder(ffmpeg: string, args: string[], type: DecodedType, stuckMs?: number): UnitDecoder {
  const child = startFfmpeg(ffmpeg, args, stuckMs);
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
    ended: child.ended,
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
function ivfHeader(type: DecodedType): Uint8Array {
  const header = Buffer.alloc(32);
  header.write("DKIF", 0);
  header.writeUInt16LE(header.length, 6);
  header.write(fourCharacterCodes[type], 8);
  header.writeUInt32LE(1_000_000, 16); // units of time in a second
  header.writeUInt32LE(1, 20);
  return header;
}

function ivfFrameHeader(bytes: number, timeUs: number): Uint8Array {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(bytes, 0);
  header.writeBigInt64LE(BigInt(timeUs), 4);
  return header;
}
