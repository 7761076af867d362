/** How the lag of each group in each partition went over the last minutes, as often as somebody asked. */
import { partitionName } from "../../record.ts";

interface Group {
  group: string;
  partitions: { topic: string; partition: number; lag: number | null }[];
}

const mostTimes = 60;
const mostAgeMs = 15 * 60_000;
/** Each has up to 60 numbers: some 10 MB in all. Of more there is no trend. */
const mostKept = 20_000;

export class LagTrends {
  /** When it was asked for, ms since 1970; the newest is the last. */
  timesMs: number[] = [];
  #lags = new Map<string, (number | null)[]>();

  add(timestampMs: number, groups: Group[]): void {
    // What was before a clock was set back is at no time of it.
    if (timestampMs < (this.timesMs.at(-1) ?? 0)) this.timesMs = [];
    const dropped = Math.max(this.timesMs.filter((time) => timestampMs - time > mostAgeMs).length, this.timesMs.length + 1 - mostTimes);
    this.timesMs = [...this.timesMs, timestampMs].slice(dropped > 0 ? dropped : 0);
    const before = this.timesMs.length - 1;
    const lags = new Map<string, (number | null)[]>();
    for (const { group, partitions } of groups)
      for (const place of partitions) {
        if (lags.size >= mostKept) break;
        const known = this.#lags.get(nameOf(group, place)) ?? [];
        const kept = before > 0 ? known.slice(-before) : [];
        lags.set(nameOf(group, place), [...Array<null>(before - kept.length).fill(null), ...kept, place.lag]);
      }
    this.#lags = lags;
  }

  /** One for each of the times; null where it was not known. */
  of(group: string, place: { topic: string; partition: number }): (number | null)[] {
    return this.#lags.get(nameOf(group, place)) ?? [];
  }
}

/** A topic's name has no line break. */
const nameOf = (group: string, place: { topic: string; partition: number }) => `${partitionName(place)}\n${group}`;
