/** Which offsets of a partition were looked at, and where a look would tell most. Pure. */

/** Offsets [from, to). */
export interface Offsets {
  from: number;
  to: number;
}

/** A stretch that was not looked at yet, and what a look at it promises. */
export interface Gap extends Offsets {
  /** Which share it is of the log, on a scale on which what is further back counts for less. */
  weight: number;
}

/** One look is no longer. */
const mostRecords = 256;
/** A smaller gap is not looked into. */
const leastWeight = 1 / 512;
/** The end of the log is looked at without gaps, as it was when it was first seen. */
const wholeRecords = 1024;
/** More stretches than that are joined where the gaps between them are the smallest. */
const mostStretches = 1024;

export class LookedAt {
  /** In order and apart. */
  #stretches: Offsets[] = [];
  #low = 0;
  #high = 0;
  /** The end of the log when it was first seen. */
  #firstHigh: number | undefined;

  /** The offset after the newest that was looked at; 0 before the first look. */
  get to(): number {
    return this.#stretches.at(-1)?.to ?? 0;
  }
  /** Where the newest stretch begins. */
  get newestFrom(): number {
    return this.#stretches.at(-1)?.from ?? 0;
  }

  /** @param low the log's first offset @param high the one after its last */
  bounds(low: number, high: number): void {
    this.#firstHigh ??= high;
    this.#low = low;
    this.#high = high;
    if ((this.#stretches[0]?.from ?? low) < low)
      this.#stretches = this.#stretches.flatMap(({ from, to }) => (to <= low ? [] : [{ from: Math.max(low, from), to }]));
  }

  add({ from, to }: Offsets): void {
    if (to <= from) return;
    const apart = this.#stretches.filter((one) => one.to < from || one.from > to);
    const touching = this.#stretches.filter((one) => one.to >= from && one.from <= to);
    const joined = { from: Math.min(from, ...touching.map((one) => one.from)), to: Math.max(to, ...touching.map((one) => one.to)) };
    this.#stretches = [...apart, joined].sort((a, b) => a.from - b.from);
    if (this.#stretches.length > mostStretches) this.#closeSmallest();
  }

  /**
   * The place whose look tells most, between those that were looked at; undefined where all of it is known well enough.
   * @param nearRecords what counts as near the end: the records of about a minute
   */
  next(nearRecords: number): Gap | undefined {
    const firstHigh = this.#firstHigh ?? 0;
    let widest: Gap | undefined;
    for (const gap of this.#gaps(nearRecords)) {
      const wasAtEnd = gap.from < firstHigh && gap.to > firstHigh - wholeRecords;
      if ((gap.weight >= leastWeight || wasAtEnd) && gap.weight > (widest?.weight ?? 0)) widest = gap;
    }
    if (!widest) return undefined;
    const from = this.#within(widest, nearRecords);
    return { from, to: Math.min(widest.to, from + mostRecords), weight: widest.weight };
  }

  /** The beginning of the log first; then the middle of a gap, as seen from the end. */
  #within({ from, to }: Offsets, near: number): number {
    if (to - from <= mostRecords || from === this.#low) return from;
    const middle = ((scaled(this.#high - from + near) + scaled(this.#high - to + near)) / 2) ** 2 - near;
    return Math.max(from, Math.min(to - 1, Math.floor(this.#high - middle)));
  }

  /** What is newer than all that was looked at is none of them. */
  #gaps(near: number): Gap[] {
    return this.#stretches.flatMap(({ from: to }, i) => {
      const from = this.#stretches[i - 1]?.to ?? this.#low;
      const weight = (scaled(this.#high - from + near) - scaled(this.#high - to + near)) / scaled(this.#high - this.#low + near);
      return from < to ? [{ from, to, weight }] : [];
    });
  }

  #closeSmallest(): void {
    const [smallest] = this.#gaps(mostRecords).sort((a, b) => a.weight - b.weight);
    if (smallest) this.add(smallest);
  }
}

/**
 * Of two hours at 480 records a second, 180 looks that are evenly spread on it are 4 s apart in the last half minute and
 * 80 s at the beginning; a logarithm would have most of them in the last minutes.
 */
const scaled = Math.sqrt;
