/**
 * Which times the records of a partition have, as far as it was looked at. Detections stand in the order of time for the
 * most part; but who runs a detector over what was recorded writes old times behind new ones, where Kafka's own index of
 * times does not lead. Pure.
 */

/** Offsets [from, to) that were looked at. */
export interface KnownStretch {
  from: number;
  to: number;
  /** The times of its first and last record, and the least and greatest of all. */
  firstMs: number;
  lastMs: number;
  leastMs: number;
  mostMs: number;
}

export interface Stretch {
  from: number;
  to: number;
}

/** Several detectors that write to one topic are not equally fast. */
const disorderMs = 2000;
const mostKnown = 4096;
/** At the end of a log that grows it is looked at a few records at a time. */
const mostJoined = 1024;

export class TimeMap {
  /** In order, without overlap. */
  #known: KnownStretch[] = [];

  get known(): readonly KnownStretch[] {
    return this.#known;
  }

  add(stretch: KnownStretch): void {
    this.#known = this.#known.filter(({ from, to }) => to <= stretch.from || from >= stretch.to);
    const at = this.#known.findIndex(({ from }) => from >= stretch.to);
    const place = at < 0 ? this.#known.length : at;
    const before = this.#known[place - 1];
    if (before?.to === stretch.from && hasTimes(before) && hasTimes(stretch) && stretch.to - before.from <= mostJoined)
      this.#known.splice(place - 1, 1, joined(before, stretch));
    else this.#known.splice(place, 0, stretch);
    // The oldest are asked for least.
    if (this.#known.length > mostKnown) this.#known.shift();
  }

  /** What was deleted from the log since. */
  trim(low: number): void {
    this.#known = this.#known.filter(({ to }) => to > low);
  }

  /** What was looked at and has some of these times. */
  within(fromMs: number, toMs: number): KnownStretch[] {
    return this.#known.filter(({ leastMs, mostMs }) => leastMs <= toMs && mostMs >= fromMs);
  }

  /** What was not looked at, between places whose times are around these: the shortest first, as it is the surest. */
  unknown(fromMs: number, toMs: number, low: number, high: number): Stretch[] {
    const gaps: Stretch[] = [];
    let at = low;
    // Before the first place that was looked at nobody knows.
    let beforeMs = Number.NEGATIVE_INFINITY;
    for (const next of [...this.#known, undefined]) {
      const to = Math.min(high, next?.from ?? high);
      const afterMs = next ? next.firstMs : Number.POSITIVE_INFINITY;
      const leastMs = Math.min(beforeMs, afterMs) - disorderMs;
      const mostMs = Math.max(beforeMs, afterMs) + disorderMs;
      // What has no times says nothing of those beside it.
      if (to > at && !(leastMs > toMs) && !(mostMs < fromMs)) gaps.push({ from: at, to });
      if (!next) break;
      at = Math.max(at, next.to);
      beforeMs = next.lastMs;
    }
    return gaps.sort((a, b) => a.to - a.from - (b.to - b.from));
  }
}

const hasTimes = ({ firstMs }: KnownStretch) => !Number.isNaN(firstMs);

function joined(before: KnownStretch, after: KnownStretch): KnownStretch {
  const [leastMs, mostMs] = [Math.min(before.leastMs, after.leastMs), Math.max(before.mostMs, after.mostMs)];
  return { from: before.from, to: after.to, firstMs: before.firstMs, lastMs: after.lastMs, leastMs, mostMs };
}
