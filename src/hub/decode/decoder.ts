/** Frames of H.264, and PNG, into JPEG, each still with the place and time of its record. */
import { KtError } from "../../errors.ts";
import { Turns } from "../../turns.ts";
import { type FfmpegEnd, failure } from "../../video/ffmpeg/ffmpeg-child.ts";
import { openJpegDecoder } from "../../video/ffmpeg/jpeg-decoder.ts";
import type { UnitDecoder } from "../../video/ffmpeg/unit-decoder.ts";
import { pictureSize } from "../../video/formats/picture-size.ts";
import type { Picture } from "../picture.ts";

/** Room for pictures that are shown before the key frame that they follow. */
const beginUs = 10_000_000;

/** When nothing came for so long, what a decoder holds for the sake of the order is let out. */
export const quietMs = 500;

export interface RunningDecoder {
  decoder: PictureDecoder;
  /** Resolves when all its pictures are out. */
  ended: Promise<void>;
}

export interface DecoderOptions {
  /** Pictures that are shown before this one do not come out, */
  from?: Picture;
  /** unless it is so little before. */
  marginMs?: number;
  /** Told of each picture that was written and will not come out. */
  onLost?: (picture: Picture) => void;
  /** Where its pictures are taken as they come: an ffmpeg that takes nothing for so long is ended. */
  stuckMs?: number;
}

/** Twenty pictures of a large camera take no second, on a machine that is busy with other things a few. */
export const stuckMs = 20_000;

export class PictureDecoder {
  readonly #decoder: UnitDecoder;
  readonly #begin: Picture;
  readonly #size: string;
  /** Written and not come out yet, by time; without their data. */
  readonly #pending = new Map<number, Picture>();
  #lastKeyUs = Number.NEGATIVE_INFINITY;
  readonly #fromUs: number;
  readonly #onLost: ((picture: Picture) => void) | undefined;

  /**
   * @param ffmpeg path of the program
   * @param begin the key frame that will be written first
   */
  constructor(ffmpeg: string, begin: Picture, { from, marginMs = 0, onLost, stuckMs }: DecoderOptions = {}) {
    this.#begin = begin;
    this.#onLost = onLost;
    this.#fromUs = from ? this.#timeUs(from) - marginMs * 1000 : Number.NEGATIVE_INFINITY;
    const type = begin.type === "image/png" ? begin.type : "video/h264";
    this.#size = shownSize(begin);
    this.#decoder = openJpegDecoder(ffmpeg, { type, fromUs: from && this.#fromUs, stuckMs });
  }

  /** How many pictures are still to come out. */
  get pending(): number {
    return this.#pending.size;
  }
  /** How ffmpeg ended: there once the pictures have. */
  get end(): FfmpegEnd | undefined {
    return this.#decoder.end;
  }

  /** False where this frame begins something else, which takes a decoder of its own. */
  continues(picture: Picture): boolean {
    if (!picture.keyFrame) return true;
    const { run, type } = this.#begin;
    return picture.run === run && picture.type === type && shownSize(picture) === this.#size && this.#timeUs(picture) > this.#lastKeyUs;
  }

  /** Resolves when there is room for more. @throws KtError where ffmpeg has ended */
  async write(picture: Picture): Promise<void> {
    let timeUs = this.#timeUs(picture);
    if (picture.keyFrame) this.#lastKeyUs = timeUs;
    while (this.#pending.has(timeUs)) timeUs++;
    const place = { ...picture, data: new Uint8Array() };
    if (timeUs >= this.#fromUs) this.#pending.set(timeUs, place);
    else this.#onLost?.(place);
    await this.#decoder.write(picture.data, timeUs);
  }

  /** Nothing more is written: what is held for the sake of the order comes out. */
  finish(): void {
    this.#decoder.finish();
  }

  kill(): void {
    this.#decoder.kill();
  }

  /** As JPEG, in the order in which they are shown. */
  async *pictures(): AsyncGenerator<Picture> {
    for await (const { timeUs, data } of this.#decoder.pictures()) {
      const source = this.#pending.get(timeUs);
      this.#pending.delete(timeUs);
      // What is shown earlier and did not come out was damaged.
      for (const earlier of this.#pending.keys()) if (earlier < timeUs) this.#lose(earlier);
      if (source) yield { ...source, type: "image/jpeg", keyFrame: true, data };
    }
    for (const left of this.#pending.keys()) this.#lose(left);
  }

  #lose(timeUs: number): void {
    const picture = this.#pending.get(timeUs);
    this.#pending.delete(timeUs);
    if (picture) this.#onLost?.(picture);
  }

  #timeUs({ ptsUs, timestampMs }: Picture): number {
    const begin = this.#begin;
    const sinceBegin = ptsUs !== null && begin.ptsUs !== null ? ptsUs - begin.ptsUs : (timestampMs - begin.timestampMs) * 1000;
    return Math.max(0, beginUs + sinceBegin);
  }
}

/** A PNG says it itself, H.264 in its record's header. */
function shownSize({ type, data, width, height }: Picture): string {
  const size = type === "image/png" ? pictureSize(data) : undefined;
  return `${size?.width ?? width}x${size?.height ?? height}`;
}

/** Of frames that are there already, the one that is shown last. */
export function shownLast(frames: readonly Picture[]): Picture | undefined {
  const shownAt = ({ ptsUs, timestampMs }: Picture) => ptsUs ?? timestampMs * 1000;
  return frames.reduce<Picture | undefined>((last, frame) => (last && shownAt(last) > shownAt(frame) ? last : frame), undefined);
}

/** The last picture that these frames show. @param name what the sentence calls it. @throws KtError bad_input, ffmpeg_died, busy */
export async function decodeNewest(ffmpeg: string, frames: readonly Picture[], name: string): Promise<Picture> {
  const { pictures, end } = await decodeAll(ffmpeg, frames, { from: shownLast(frames) });
  return pictures.at(-1) ?? lost(name, end);
}

/** One picture of H.264. @param before the frames that it needs, in order. @throws KtError bad_input, ffmpeg_died, busy */
export async function decodeOne(ffmpeg: string, before: readonly Picture[], picture: Picture): Promise<Picture> {
  const name = `picture at offset ${picture.offset}`;
  const frames = [...before, picture];
  if (!frames[0]?.keyFrame) throw undecodable(name, "there is no key frame before it");
  const { pictures, end } = await decodeAll(ffmpeg, frames, { from: picture });
  return pictures.find(({ offset }) => offset === picture.offset) ?? lost(name, end);
}

function lost(name: string, end: FfmpegEnd | undefined): never {
  if (end?.died) throw failure(end);
  throw undecodable(name, end?.code === 0 ? "nothing came out" : (end?.complaint ?? "nothing came out"));
}

function undecodable(name: string, why: string): KtError {
  return new KtError({ code: "bad_input", message: `The ${name} cannot be decoded: ${why}.` });
}

/**
 * What these frames show, in the order in which it is shown; of more than one run, one after the other.
 * @param lead frames before them that the first ones need
 * @param signal ends it when nobody waits for them any more
 */
export async function decodePictures(ffmpeg: string, lead: readonly Picture[], frames: readonly Picture[], signal?: AbortSignal): Promise<Picture[]> {
  const wanted = new Set(frames.map(({ offset }) => offset));
  const decoded: Picture[] = [];
  let part: Picture[] = [];
  const finish = async () => {
    if (part[0]?.keyFrame) decoded.push(...(await decodeAll(ffmpeg, part, { signal })).pictures.filter(({ offset }) => wanted.has(offset)));
    part = [];
  };
  for (const frame of [...lead, ...frames]) {
    const before = part[0];
    if (before && (before.run !== frame.run || before.type !== frame.type || before.partition !== frame.partition)) await finish();
    if (frame.type === "video/h264") part.push(frame);
    else decoded.push(frame);
  }
  await finish();
  return decoded;
}

/** Each is a process: more at a time than there is work for would only wait for each other. */
const turns = new Turns(4, { mostWaiting: 256, doing: "pictures are being decoded" });

interface Decoded {
  pictures: Picture[];
  end: FfmpegEnd | undefined;
}

interface DecodeOptions {
  /** Earlier pictures are not wanted. */
  from?: Picture | undefined;
  signal?: AbortSignal | undefined;
}

function decodeAll(ffmpeg: string, frames: readonly Picture[], { from, signal }: DecodeOptions): Promise<Decoded> {
  return turns.take(() => decodeNow(ffmpeg, frames, from, signal), signal);
}

async function decodeNow(ffmpeg: string, frames: readonly Picture[], from: Picture | undefined, signal: AbortSignal | undefined): Promise<Decoded> {
  const decoder = new PictureDecoder(ffmpeg, frames[0] as Picture, { from, stuckMs });
  const kill = () => decoder.kill();
  signal?.addEventListener("abort", kill, { once: true });
  const writing = (async () => {
    for (const frame of frames) await decoder.write(frame);
  })()
    .catch(() => {}) // ffmpeg has ended: what it says is told by its end
    .finally(() => decoder.finish());
  const pictures: Picture[] = [];
  for await (const picture of decoder.pictures()) pictures.push(picture);
  await writing;
  signal?.removeEventListener("abort", kill);
  signal?.throwIfAborted();
  return { pictures, end: decoder.end };
}
