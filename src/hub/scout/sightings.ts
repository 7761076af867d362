/** What was seen of the streams of a partition: which offsets were looked at, and where each stream's pictures are among them. Pure. */
import { gapMsOf } from "../log/gap.ts";

export interface Sighting {
  /** The stream's name. */
  key: string;
  offset: number;
  timestampMs: number;
  /** The emit run; "" where the producer gave none. */
  run: string;
  /** The picture's number in its run; null where the producer gave none. */
  sequence: number | null;
  /** No picture, but the word that the source has ended: it is a span of its own. */
  end: boolean;
}

/** Pictures of one run that stand close together: nothing is missing between the first and the last. */
export interface Span {
  first: Sighting;
  last: Sighting;
}

/** Offsets [from, to). */
export interface Offsets {
  from: number;
  to: number;
}

/** How a stream's pictures lie in the log, by the last of them that were seen next to each other. */
export interface Pace {
  intervalMs: number;
  /** From one to the next in offsets, at the most; 0 where no two were seen. */
  spacing: number;
  /** The same in the mean. */
  meanSpacing: number;
}

/** Further apart than this, pictures are remembered one by one: whoever goes from one to the next is not to read all between. */
const longestPauseMs = 2000;
const mostSpacing = 4096;
const mostSteps = 64;

interface Stream {
  /** In the order of the log, and apart from each other. */
  spans: Span[];
  /** From picture to picture. */
  steps: { ms: number; offsets: number }[];
}

export class Sightings {
  /** In order, and apart from each other. */
  #looked: Offsets[] = [];
  readonly #streams = new Map<string, Stream>();
  #count = 0;

  /** How much of memory this takes, in spans. */
  get count(): number {
    return this.#count;
  }

  /** @param seen in order: all that there is to see in these offsets */
  note({ from, to }: Offsets, seen: readonly Sighting[]): void {
    const holes = this.holes(from, to);
    this.#cover(from, to);
    for (const hole of holes) {
      const byStream = Map.groupBy(
        seen.filter(({ offset }) => offset >= hole.from && offset < hole.to),
        ({ key }) => key,
      );
      for (const [key, its] of byStream) this.#add(key, its);
    }
  }

  /** What was not looked at yet. */
  holes(from: number, to: number): Offsets[] {
    const holes: Offsets[] = [];
    let at = from;
    for (let i = indexAfter(this.#looked, (one) => one.to <= from); i < this.#looked.length && at < to; i++) {
      const looked = this.#looked[i] as Offsets;
      if (looked.from > at) holes.push({ from: at, to: Math.min(looked.from, to) });
      at = Math.max(at, looked.to);
    }
    if (at < to) holes.push({ from: at, to });
    return holes;
  }

  /** The offsets around this one that were all looked at; undefined where it was not. */
  lookedAround(offset: number): Offsets | undefined {
    const around = this.#looked[indexAfter(this.#looked, ({ to }) => to <= offset)];
    return around && around.from <= offset ? around : undefined;
  }

  /** The first span that has anything at or after an offset. */
  next(key: string, offset: number): Span | undefined {
    const { spans } = this.#of(key);
    return spans[indexAfter(spans, ({ last }) => last.offset < offset)];
  }

  /** The last span that has anything before an offset. */
  previous(key: string, offset: number): Span | undefined {
    const { spans } = this.#of(key);
    return spans[indexAfter(spans, ({ first }) => first.offset < offset) - 1];
  }

  spans(key: string): readonly Span[] {
    return this.#of(key).spans;
  }

  pace(key: string): Pace {
    const { steps } = this.#of(key);
    const intervalMs = steps.map(({ ms }) => ms).sort((a, b) => a - b)[steps.length >> 1] ?? 0;
    // A pause of the stream says nothing of how close its pictures are otherwise.
    const usual = steps.filter(({ ms }) => ms <= gapMsOf(intervalMs)).map(({ offsets }) => offsets);
    const meanSpacing = usual.reduce((sum, offsets) => sum + offsets, 0) / Math.max(1, usual.length);
    return { intervalMs, spacing: Math.max(0, ...usual), meanSpacing };
  }

  /** The log begins here by now. */
  trim(low: number): void {
    if ((this.#looked[0]?.from ?? low) >= low) return;
    this.#looked = this.#looked.filter(({ to }) => to > low).map(({ from, to }) => ({ from: Math.max(from, low), to }));
    for (const stream of this.#streams.values()) {
      this.#count -= stream.spans.length;
      stream.spans = stream.spans.filter(({ last }) => last.offset >= low);
      this.#count += stream.spans.length;
    }
  }

  #of(key: string): Stream {
    return this.#streams.get(key) ?? { spans: [], steps: [] };
  }

  /** @param seen of a stretch that was not looked at before, and all that it has of the stream */
  #add(key: string, seen: readonly Sighting[]): void {
    const stream = this.#of(key);
    this.#streams.set(key, stream);
    const around = this.previous(key, seen[0]?.offset ?? 0);
    const isKnown = around !== undefined && around.last.offset > (seen[0]?.offset ?? 0);
    const spans: Span[] = [];
    for (const sighting of seen) {
      const before = spans.at(-1);
      if (before) this.#step(stream, before.last, sighting);
      if (before && isClose(before.last, sighting)) before.last = sighting;
      else spans.push({ first: sighting, last: sighting });
    }
    const [first] = spans;
    // Between two that stand close together nothing is missing, and what was not looked at then is between them.
    if (!first || isKnown) return;
    const at = indexAfter(stream.spans, (span) => span.first.offset < first.first.offset);
    stream.spans.splice(at, 0, ...spans);
    this.#count += spans.length;
    this.#stepOver(stream, at - 1);
    this.#stepOver(stream, at + spans.length - 1);
    // What came before this and what comes after may have been looked at earlier.
    this.#join(stream, at + spans.length - 1);
    this.#join(stream, at - 1);
  }

  #join({ spans }: Stream, at: number): void {
    const [before, after] = [spans[at], spans[at + 1]];
    if (!before || !after || !isClose(before.last, after.first)) return;
    spans.splice(at, 2, { first: before.first, last: after.last });
    this.#count--;
  }

  /** Where all between a span and the next was looked at, there is nothing of the stream. */
  #stepOver(stream: Stream, at: number): void {
    const [before, after] = [stream.spans[at]?.last, stream.spans[at + 1]?.first];
    if (before && after && this.holes(before.offset, after.offset).length === 0) this.#step(stream, before, after);
  }

  #step({ steps }: Stream, a: Sighting, b: Sighting): void {
    if (a.run !== b.run || a.end || b.end) return;
    steps.push({ ms: Math.abs(b.timestampMs - a.timestampMs), offsets: b.offset - a.offset });
    if (steps.length > mostSteps) steps.shift();
  }

  #cover(from: number, to: number): void {
    if (to <= from) return;
    const at = indexAfter(this.#looked, (one) => one.to < from);
    const after = indexAfter(this.#looked, (one) => one.from <= to);
    const touched = this.#looked.slice(at, after);
    const covered = { from: Math.min(from, touched[0]?.from ?? from), to: Math.max(to, touched.at(-1)?.to ?? to) };
    this.#looked.splice(at, after - at, covered);
  }
}

/** Of the same run, and so near in time and place that nothing between them is missing, nor long to be read. */
function isClose(a: Sighting, b: Sighting): boolean {
  return a.run === b.run && a.end === b.end && Math.abs(b.timestampMs - a.timestampMs) <= longestPauseMs && b.offset - a.offset <= mostSpacing;
}

/** The index of the first item that is not before; `isBefore` is true for none that comes after one for which it is false. */
function indexAfter<Item>(items: readonly Item[], isBefore: (item: Item) => boolean): number {
  let from = 0;
  let to = items.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (isBefore(items[middle] as Item)) from = middle + 1;
    else to = middle;
  }
  return from;
}
