/**
 * A search through all of a topic's log: the newest first, or on from a place. Each partition is read in looks that become
 * longer, so that the first hits come at once, and most of the log at full speed; within a look hits stand in the order of time.
 */

import { KtError } from "../../errors.ts";
import { PatternError } from "../../format/pattern/parse.ts";
import type { Watermarks } from "../../kafka/admin/admin.ts";
import type { RecordBatch } from "../../kafka/batch.ts";
import { mostUnpackedBytes } from "../../kafka/config.ts";
import { explainUnreadable } from "../../kafka/read/unreadable.ts";
import type { Stretch } from "../../record.ts";
import { Turns } from "../../turns.ts";
import type { Hub } from "../hub.ts";
import { Found, type Order } from "./found.ts";
import { Scan } from "./scan.ts";
import { type Asked, placesText, stretchesOf } from "./stretches.ts";
import { finderOf, isEverything, type Wanted } from "./wanted.ts";

export interface SearchRequest extends Asked {
  wanted: Wanted;
  order: Order;
  /** At most so many hits, */
  limit: number;
  /** found by looking at no more records than that. */
  most: number;
}

export interface Progress {
  /** Records that were looked at, and their bytes. */
  records: number;
  bytes: number;
  /** 0 to 1, of all offsets that are asked for. */
  share: number;
  seconds: number;
  hits: number;
  /** Records that were passed over: too large to be read here, or broken. */
  unreadable: number;
}

export type SearchEvent<Item> =
  | { type: "begin"; watermarks: Watermarks[]; leaderless: number[] }
  | { type: "hits"; items: Item[] }
  /** Records that are passed over, and why. */
  | { type: "unreadable"; partition: number; from: number; to: number; message: string }
  | ({ type: "progress" } & Progress)
  /** Why: all was looked at, or one of the bounds was reached. `next` is where to go on, as from= or until= take it. */
  | ({ type: "end"; why: "all" | "limit" | "most"; next: string } & Progress)
  /** It failed in the middle; from `next` on nothing was told of yet. */
  | ({ type: "error"; error: KtError; next: string } & Progress);

/** Makes of a record what is to be told of it: the batch's memory is used again. */
export type Keep<Item> = (batch: RecordBatch, index: number) => { item: Item; bytes: number };

const firstLook = 64;
const growth = 16;
/** A hit waits for the end of its look; and between two looks a consumer goes elsewhere, which takes tens of milliseconds. */
const longestLook = 500_000;
const mostHeldBytes = 16 << 20;
const tellEveryMs = 250;

/** A search takes as much of the processor as there is: more of them would only make each slower. */
const searches = new Turns(2, { mostWaiting: 16, doing: "searches are going on" });
/** What is read as it stands, and little of it. */
const glances = new Turns(8, { mostWaiting: 100, doing: "topics are being read" });

/** @param signal whoever asked has gone @throws KtError where it cannot begin */
export async function* search<Item>(
  hub: Pick<Hub, "config" | "admin">,
  request: SearchRequest,
  keep: Keep<Item>,
  signal: AbortSignal,
): AsyncGenerator<SearchEvent<Item>> {
  const { topic, wanted, order, limit } = request;
  const finder = finderOf(wanted);
  const all = isEverything(wanted);
  const { stretches, watermarks, leaderless } = await stretchesOf(hub.admin, request);
  const leave = await (all ? glances : searches).enter(signal);
  const scan = new Scan(hub.config, topic);
  const course = new Course(stretches, order);
  const begunMs = performance.now();
  const told = { hits: 0, unreadable: 0, atMs: begunMs };
  const progress = (current?: readonly Stretch[], waiting = 0): Progress => ({
    records: scan.records,
    bytes: scan.bytes,
    share: course.share(current, scan.reached),
    seconds: (performance.now() - begunMs) / 1000,
    hits: told.hits + waiting,
    unreadable: scan.unreadable,
  });
  try {
    yield { type: "begin", watermarks, leaderless };
    // In all of a log as many are found as are read: the first look is as long as what is wanted.
    for (let look = all ? Math.max(firstLook, limit) : firstLook; ; look = Math.min(look * growth, longestLook)) {
      const current = course.next(look, request.most - scan.records);
      if (current.length === 0) return yield { type: "end", why: course.isDone ? "all" : "most", next: placesText(course.places), ...progress() };
      const found = new Found<Item>(current, order, limit - told.hits, mostHeldBytes);
      for await (const batch of scan.read(current, signal)) {
        if (batch) take(batch, finder, found, keep);
        if (performance.now() - told.atMs < tellEveryMs) continue;
        told.atMs = performance.now();
        yield { type: "progress", ...progress(current, found.count) };
      }
      if (signal.aborted) return;
      for (const left of scan.leftOut.slice(told.unreadable))
        yield { type: "unreadable", partition: left.partition, from: left.from, to: left.to, message: explainUnreadable(left, mostUnpackedBytes).sentence };
      told.unreadable = scan.leftOut.length;
      const { items, full, next } = found.take();
      told.hits += items.length;
      course.go(next);
      if (items.length > 0) yield { type: "hits", items };
      if (told.hits >= limit && !course.isDone) return yield { type: "end", why: "limit", next: placesText(course.places), ...progress() };
      // Of large records no more was taken than there is room for: the rest of the look is read again, in shorter ones.
      if (full) look = Math.max(firstLook, Math.floor(items.length / growth));
    }
  } catch (error) {
    yield { type: "error", error: troubleOf(error), next: placesText(course.places), ...progress() };
  } finally {
    leave();
    await scan.close();
  }
}

function troubleOf(error: unknown): KtError {
  return error instanceof PatternError ? KtError.usage(`The regular expression ${error.message}.`) : KtError.from(error);
}

function take<Item>(batch: RecordBatch, finder: ReturnType<typeof finderOf>, found: Found<Item>, keep: Keep<Item>): void {
  for (const index of finder(batch)) {
    const partition = batch.partition(index);
    if (found.takes(partition)) found.add(partition, { offset: batch.offset(index), timestampMs: batch.timestampMs(index), ...keep(batch, index) });
  }
}

/** How far each partition was gone through. */
class Course {
  readonly #order: Order;
  readonly #size: number;
  #left: Stretch[];
  /** Where each goes on. */
  readonly places: Map<number, number>;

  constructor(stretches: Stretch[], order: Order) {
    this.#order = order;
    this.#left = stretches;
    this.#size = sizeOf(stretches);
    this.places = new Map(stretches.map(({ partition, from, to }) => [partition, order === "newest" ? to : from]));
  }

  get isDone(): boolean {
    return this.#left.every(({ from, to }) => from >= to);
  }

  /** The next look into each partition; none where all are at their end, or may be looked at no further. */
  next(look: number, most: number): Stretch[] {
    const left = this.#left.filter(({ from, to }) => from < to);
    const each = Math.min(Math.ceil(look / Math.max(1, Math.ceil(left.length / 4))), Math.floor(most / Math.max(1, left.length)));
    if (each < 1) return [];
    return left.map((stretch) =>
      this.#order === "newest"
        ? { ...stretch, from: Math.max(stretch.from, stretch.to - each) }
        : { ...stretch, to: Math.min(stretch.to, stretch.from + each) },
    );
  }

  go(next: ReadonlyMap<number, number>): void {
    for (const [partition, offset] of next) this.places.set(partition, offset);
    this.#left = this.#left.map((stretch) => {
      const place = this.places.get(stretch.partition) as number;
      return this.#order === "newest" ? { ...stretch, to: place } : { ...stretch, from: place };
    });
  }

  /** @param current the looks under way, and how far they are */
  share(current: readonly Stretch[] = [], reached: ReadonlyMap<number, number> = new Map()): number {
    if (this.#size === 0) return 1;
    const inLooks = current.reduce((sum, { partition, from, to }) => sum + Math.max(0, Math.min(to, reached.get(partition) ?? from) - from), 0);
    return Math.min(1, 1 - (sizeOf(this.#left) - inLooks) / this.#size);
  }
}

function sizeOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
}
