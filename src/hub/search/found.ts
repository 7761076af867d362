/** What was found in a stretch of each partition, on its way out in the order of time: no more than is wanted. Pure. */
import type { Stretch } from "../../record.ts";

export type Order = "newest" | "oldest";

interface Hit<Item> {
  offset: number;
  timestampMs: number;
  bytes: number;
  item: Item;
}

/** Of one partition, in the order of its offsets. */
interface OfPartition<Item> {
  hits: Hit<Item>[];
  bytes: number;
  /** Some were not kept: those that come last in the order that is asked for. */
  cut: boolean;
}

export interface Taken<Item> {
  items: Item[];
  /** There is more than was taken. */
  full: boolean;
  /** Where each partition goes on: before it where the newest come first, else from it on. */
  next: Map<number, number>;
}

export class Found<Item> {
  readonly #order: Order;
  readonly #most: number;
  readonly #mostBytes: number;
  readonly #stretches: readonly Stretch[];
  readonly #of = new Map<number, OfPartition<Item>>();

  /** @param most items, and bytes of them, that are kept of each partition and taken of all */
  constructor(stretches: readonly Stretch[], order: Order, most: number, mostBytes: number) {
    this.#stretches = stretches;
    this.#order = order;
    this.#most = most;
    this.#mostBytes = mostBytes;
    for (const { partition } of stretches) this.#of.set(partition, { hits: [], bytes: 0, cut: false });
  }

  /** Whether one more of this partition would be kept: who comes first in the order has it all, and the rest need not be made. */
  takes(partition: number): boolean {
    const its = this.#of.get(partition);
    if (!its) return false;
    if (this.#order === "newest" || !this.#isFull(its)) return true;
    its.cut = true;
    return false;
  }

  add(partition: number, hit: Hit<Item>): void {
    const its = this.#of.get(partition);
    if (!its) return;
    its.hits.push(hit);
    its.bytes += hit.bytes;
    while (this.#order === "newest" && its.hits.length > 1 && (its.hits.length > this.#most || its.bytes > this.#mostBytes)) {
      its.bytes -= (its.hits.shift() as Hit<Item>).bytes;
      its.cut = true;
    }
  }

  get count(): number {
    return [...this.#of.values()].reduce((sum, { hits }) => sum + hits.length, 0);
  }

  take(): Taken<Item> {
    const newest = this.#order === "newest";
    const waiting = new Map([...this.#of].map(([partition, { hits }]) => [partition, newest ? hits.toReversed() : [...hits]]));
    const next = new Map(this.#stretches.map(({ partition, from, to }) => [partition, newest ? to : from]));
    const items: Item[] = [];
    let bytes = 0;
    for (let first = this.#first(waiting); first !== undefined; first = this.#first(waiting)) {
      const hit = waiting.get(first)?.[0] as Hit<Item>;
      if (items.length >= this.#most || (items.length > 0 && bytes + hit.bytes > this.#mostBytes)) break;
      waiting.get(first)?.shift();
      items.push(hit.item);
      bytes += hit.bytes;
      next.set(first, newest ? hit.offset : hit.offset + 1);
    }
    const left = (partition: number) => this.#of.get(partition)?.cut || (waiting.get(partition)?.length ?? 0) > 0;
    // Where nothing is left of a partition, all of its stretch is done with.
    for (const { partition, from, to } of this.#stretches) if (!left(partition)) next.set(partition, newest ? from : to);
    return { items, full: this.#stretches.some(({ partition }) => left(partition)), next };
  }

  /** The partition whose next hit comes first; undefined where one that has more than was kept is at its end, as nobody knows what follows. */
  #first(waiting: Map<number, Hit<Item>[]>): number | undefined {
    let first: number | undefined;
    let firstMs = 0;
    for (const [partition, hits] of waiting) {
      const hit = hits[0];
      if (!hit && this.#of.get(partition)?.cut) return undefined;
      if (!hit || (first !== undefined && !(this.#order === "newest" ? hit.timestampMs > firstMs : hit.timestampMs < firstMs))) continue;
      first = partition;
      firstMs = hit.timestampMs;
    }
    return first;
  }

  #isFull({ hits, bytes }: OfPartition<Item>): boolean {
    return hits.length >= this.#most || bytes >= this.#mostBytes;
  }
}
