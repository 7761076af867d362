/** What is to be said of a group's lag. Pure. */
import type { GroupPartition } from "../../../protocol/topic-answers.ts";
import { countText, longDurationText } from "../../parts/words.ts";

type Trend = readonly (number | null)[];

/** The sum of what is known at each time; null where nothing is. */
export function sumTrend(trends: readonly Trend[]): (number | null)[] {
  const length = Math.max(0, ...trends.map((trend) => trend.length));
  return Array.from({ length }, (_, i) => {
    const known = trends.map((trend) => trend[i] ?? null).filter((lag) => lag !== null);
    return known.length > 0 ? known.reduce((sum, lag) => sum + lag, 0) : null;
  });
}

/** Where the trend begins and ends; undefined where there is no more than a moment of it. */
export function trendWords(timesMs: readonly number[], trend: Trend): string | undefined {
  const known = trend.flatMap((lag, i) => (lag === null ? [] : [{ lag, timeMs: timesMs[i] ?? 0 }]));
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last || first === last) return undefined;
  const span = longDurationText(last.timeMs - first.timeMs);
  if (first.lag === last.lag) return `${countText(last.lag)}, as ${span} ago`;
  return `from ${countText(first.lag)} to ${countText(last.lag)} in ${span}`;
}

/** What is the matter with a group's place in a partition; undefined where nothing is. */
export function placeNote({ committed, low, high, member }: Pick<GroupPartition, "committed" | "low" | "high" | "member">): string | undefined {
  if (low === null || high === null) return "nobody leads the partition, or it is gone";
  if (committed === null && low === high) return undefined;
  if (committed === null) return member === null ? "no place yet" : "is read, and nothing is committed yet";
  if (committed < low) return `${countText(low - committed)} deleted before they were read`;
  if (committed > high) return `${countText(committed - high)} past the end: the topic was made again, or lost records`;
  return undefined;
}

/** 0, 1, 2, 7 as "0–2, 7". */
export function rangesText(numbers: readonly number[]): string {
  const runs: [from: number, to: number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && number === run[1] + 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? from : to === from + 1 ? `${from}, ${to}` : `${from}–${to}`)).join(", ");
}
