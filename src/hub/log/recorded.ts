/** One stream as the log holds it: pieces of it from any place, in the order of the log. */
import type { Admin } from "../../kafka/admin/admin.ts";
import type { Spot } from "../../record.ts";
import { type Picture, pictureOf } from "../picture.ts";
import type { Scout } from "../scout/scout.ts";
import { StreamLog } from "../scout/stream-log.ts";
import type { ChunkedLog } from "./chunks.ts";
import { offsetAt } from "./find-time.ts";
import { gapMsOf, type PiecePlace, placeAt } from "./gap.ts";

/** Where a piece is to be. */
export type PieceAt =
  /** With the picture that was shown at that time, from the key frame that it needs; where there is none yet, the first. */
  | { timeMs: number }
  /** What follows a picture. */
  | { after: Spot }
  /** What precedes a picture, from a key frame on. */
  | { before: Spot };

export interface Piece extends PiecePlace {
  /** In the order of the log, which is the order of decoding; end marks are left out. */
  pictures: Picture[];
  /** There is nothing before, or after, in the log. */
  first: boolean;
  last: boolean;
}

export type RecordedHub = { archive: ChunkedLog; admin: Admin; scout: Scout };

const pieceBytes = 1 << 20;
const piecePictures = 64;
/** Beyond the picture that was asked for, when it was asked for by its time. */
const alongPictures = 8;
/** So far is a key frame looked for. */
const mostLookedBack = 20_000;
const mostLookedBackBytes = 64 << 20;

const noPlace: PiecePlace = { timeMs: null, gap: null };

export class RecordedStream {
  readonly #admin: Admin;
  readonly #log: StreamLog;
  readonly #scout: Scout;
  readonly #topic: string;
  readonly #key: string;
  readonly #partitions: number[];

  /** @param partitions those that hold the stream's records */
  constructor(hub: RecordedHub, topic: string, key: string, partitions: number[]) {
    this.#admin = hub.admin;
    this.#scout = hub.scout;
    this.#log = new StreamLog(hub.archive, hub.scout, key, partitions.length);
    this.#topic = topic;
    this.#key = key;
    this.#partitions = partitions;
  }

  /**
   * @param spacingMs where it is not 0, only pictures that need no other, at least so far apart
   * @throws KtError where the log cannot be read
   */
  async piece(at: PieceAt, spacingMs = 0): Promise<Piece> {
    if ("after" in at) return this.#after(await this.#placesAt(at.after, 1), at.after, spacingMs);
    if ("before" in at) return this.#before(await this.#placesAt(at.before, 0), at.before, spacingMs);
    const places = await this.#placesOf(at.timeMs + 1);
    const back = await this.#before(places, undefined, spacingMs, 1);
    const forth = await this.#after(places, undefined, spacingMs, back.pictures.length > 0 ? alongPictures : 1);
    const times = (pictures: Picture[]) => pictures.map(({ timestampMs }) => timestampMs);
    const before = times(back.pictures).reduce<number | undefined>((a, b) => Math.max(a ?? b, b), undefined);
    const after = times(forth.pictures).reduce<number | undefined>((a, b) => Math.min(a ?? b, b), undefined);
    const place = placeAt(at.timeMs, before, after, gapMsOf(Math.max(spacingMs, this.#intervalMs)), Date.now());
    if (spacingMs > 0 && back.pictures.length > 0) return { ...back, ...place };
    return { pictures: [...back.pictures, ...forth.pictures], first: back.first, last: forth.last, ...place };
  }

  get #intervalMs(): number {
    return Math.max(0, ...this.#partitions.map((partition) => this.#scout.intervalMs({ topic: this.#topic, partition }, this.#key)));
  }

  async #after(places: Map<number, number>, spot: Spot | undefined, spacingMs: number, most = piecePictures): Promise<Piece> {
    const pictures: Picture[] = [];
    let bytes = 0;
    let lastMs = spot?.timestampMs ?? Number.NEGATIVE_INFINITY;
    for await (const picture of this.#forward(places)) {
      if (spot && !isAfter(picture, spot)) continue;
      if (spacingMs > 0 && (!picture.keyFrame || picture.timestampMs - lastMs < spacingMs)) continue;
      lastMs = picture.timestampMs;
      pictures.push(picture);
      bytes += picture.data.length;
      if (pictures.length >= most || bytes >= pieceBytes) return { pictures, first: false, last: false, ...noPlace };
    }
    return { pictures, first: false, last: true, ...noPlace };
  }

  async #before(places: Map<number, number>, spot: Spot | undefined, spacingMs: number, most = piecePictures): Promise<Piece> {
    const pictures: Picture[] = [];
    const piece = (first: boolean): Piece => ({ pictures: pictures.reverse(), first, last: false, ...noPlace });
    let bytes = 0;
    let lastMs = spot?.timestampMs ?? Number.POSITIVE_INFINITY;
    for await (const picture of this.#backward(places)) {
      if (spot && !isAfter(spot, picture)) continue;
      if (spacingMs > 0 && (!picture.keyFrame || lastMs - picture.timestampMs < spacingMs)) continue;
      lastMs = picture.timestampMs;
      pictures.push(picture);
      bytes += picture.data.length;
      const enough = pictures.length >= most || bytes >= pieceBytes || (picture.type === "video/h264" && spacingMs === 0);
      if (picture.keyFrame && enough) return piece(false);
    }
    return piece(true);
  }

  /** Where each partition is read from for what is after a picture (1) or before it (0). */
  async #placesAt({ partition, offset, timestampMs }: Spot, after: 0 | 1): Promise<Map<number, number>> {
    const places = this.#partitions.length > 1 ? await this.#placesOf(timestampMs + 1 - after) : new Map<number, number>();
    return places.set(partition, offset + after);
  }

  /** In each partition the offset of the stream's first picture that is at or after a time. */
  async #placesOf(timeMs: number): Promise<Map<number, number>> {
    const all = this.#partitions.map((partition) => ({ topic: this.#topic, partition }));
    const watermarks = await this.#admin.watermarks(all, true);
    const offsets = await Promise.all(
      watermarks.map((partition) => offsetAt({ log: this.#log, admin: this.#admin }, this.#topic, this.#key, partition, timeMs)),
    );
    return new Map(watermarks.map(({ partition }, i) => [partition, offsets[i] ?? 0]));
  }

  #forward(places: Map<number, number>): AsyncGenerator<Picture> {
    const ways = [...places].map(([partition, offset]) => this.#ownPictures(this.#log.forward(this.#topic, partition, offset)));
    return merge(ways, (a, b) => isAfter(b, a));
  }

  async *#backward(places: Map<number, number>): AsyncGenerator<Picture> {
    const ways = [...places].map(([partition, offset]) => this.#ownPictures(this.#log.backward(this.#topic, partition, offset)));
    let bytes = 0;
    let count = 0;
    for await (const picture of merge(ways, isAfter)) {
      yield picture;
      bytes += picture.data.length;
      if (++count >= mostLookedBack || bytes >= mostLookedBackBytes) return;
    }
  }

  async *#ownPictures(records: AsyncGenerator<Parameters<typeof pictureOf>[0]>): AsyncGenerator<Picture> {
    for await (const record of records) {
      const picture = pictureOf(record);
      if (picture?.key === this.#key && !picture.end) yield picture;
    }
  }
}

/** In one partition the offset decides, since pictures with B-frames are not in the order of their times. */
function isAfter(a: Spot, b: Spot): boolean {
  if (a.partition === b.partition) return a.offset > b.offset;
  return a.timestampMs === b.timestampMs ? a.partition > b.partition : a.timestampMs > b.timestampMs;
}

/** Several sequences, each in order, as one. */
export async function* merge<Item>(ways: AsyncGenerator<Item>[], isFirst: (a: Item, b: Item) => boolean): AsyncGenerator<Item> {
  if (ways.length === 1) return yield* ways[0] as AsyncGenerator<Item>;
  try {
    const heads = await Promise.all(ways.map((way) => way.next()));
    for (;;) {
      let best = -1;
      heads.forEach((head, i) => {
        if (!head.done && (best < 0 || isFirst(head.value, (heads[best] as IteratorYieldResult<Item>).value))) best = i;
      });
      if (best < 0) return;
      yield (heads[best] as IteratorYieldResult<Item>).value;
      heads[best] = await (ways[best] as AsyncGenerator<Item>).next();
    }
  } finally {
    await Promise.all(ways.map((way) => way.return(undefined)));
  }
}
