/** A time at which nothing was recorded of a stream: where it lies between what was, and what is said of it. Pure. */
import type { Gap } from "../../protocol/server-message.ts";

/** A pause of this length is a gap, */
const leastGapMs = 2000;
/** where pictures come oftener than so many times in it. */
const gapIntervals = 4;
const day = 86_400_000;

/** @param timesMs of pictures that follow each other @returns how long a pause among such is a gap */
export function gapMsOf(timesMs: readonly number[]): number {
  const between = timesMs
    .slice(1)
    .map((timeMs, i) => timeMs - (timesMs[i] as number))
    .sort((a, b) => a - b);
  return Math.max(leastGapMs, gapIntervals * (between[between.length >> 1] ?? 0));
}

/** The pause between two stretches in which a time lies, or that before the first; after the last one where it is over. */
export function gapAround(timeMs: number, stretches: readonly { startMs: number; endMs: number }[], open: boolean): Gap | null {
  if (stretches.length === 0 || stretches.some(({ startMs, endMs }) => startMs <= timeMs && timeMs <= endMs)) return null;
  const ends = stretches.map(({ endMs }) => endMs).filter((endMs) => endMs < timeMs);
  const starts = stretches.map(({ startMs }) => startMs).filter((startMs) => startMs > timeMs);
  if (starts.length === 0 && open) return null;
  return { fromMs: ends.length > 0 ? Math.max(...ends) : null, toMs: starts.length > 0 ? Math.min(...starts) : null };
}

/** "Nothing recorded 05:54 to 07:07", with the days where they are not today, and seconds where minutes would not tell. */
export function gapText({ fromMs, toMs }: Gap, nowMs: number): string {
  const short = fromMs !== null && toMs !== null && toMs - fromMs < 600_000;
  const from = fromMs === null ? "" : timeText(fromMs, short, nowMs);
  const to = toMs === null ? "" : timeText(toMs, short, fromMs !== null && sameDay(fromMs, toMs) ? toMs : nowMs);
  if (fromMs === null) return `Nothing recorded before ${to}`;
  return toMs === null ? `Nothing recorded since ${from}` : `Nothing recorded ${from} to ${to}`;
}

function timeText(ms: number, seconds: boolean, nowMs: number): string {
  const at = new Date(ms);
  if (Number.isNaN(at.getTime())) return "a time that is no date";
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: seconds ? "2-digit" : undefined });
  if (sameDay(ms, nowMs)) return time;
  const year = Math.abs(nowMs - ms) > 300 * day ? ("numeric" as const) : undefined;
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year })} ${time}`;
}

function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}
