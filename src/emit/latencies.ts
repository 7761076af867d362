/** Delivery times: the percentiles of the last few, and a histogram of all. */
import type { Distribution } from "../format/prometheus.ts";

const kept = 1024;
/** Upper bounds of the histogram's buckets, in ms; the last is everything above. */
const bucketsMs = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, Number.POSITIVE_INFINITY] as const;

export class Latencies {
  count = 0;
  sumMs = 0;
  /** How many were in each bucket, not cumulative. */
  readonly buckets: number[] = bucketsMs.map(() => 0);
  readonly #recent = new Float64Array(kept);

  add(ms: number): void {
    this.#recent[this.count++ % kept] = ms;
    this.sumMs += ms;
    const bucket = bucketsMs.findIndex((boundMs) => ms <= boundMs);
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
  }

  /** In seconds, of all. */
  distribution(): Distribution {
    return { bounds: bucketsMs.map((boundMs) => boundMs / 1000), counts: this.buckets, sum: this.sumMs / 1000, count: this.count };
  }

  /** Of the last thousand; undefined before the first. */
  percentileMs(percent: number): number | undefined {
    const recent = this.#recent.slice(0, Math.min(this.count, kept)).sort();
    return recent.length === 0 ? undefined : recent[Math.min(recent.length - 1, Math.floor((recent.length * percent) / 100))];
  }
}
