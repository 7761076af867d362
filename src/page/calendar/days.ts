/** Days of a calendar, in the reader's time zone, and on which of them something was recorded. Pure. */
import { dayOf } from "../parts/words.ts";
import type { Span } from "../rewind/extent.ts";

export interface Day {
  /** When it begins. */
  fromMs: number;
  /** When the next one does. */
  toMs: number;
  /** 1 to 31. */
  number: number;
  /** It is of the month that is shown. */
  inMonth: boolean;
  /** The first time of it that was recorded; null where nothing was. */
  recordedMs: number | null;
}

/** The day that is so many days on, which is not so many times 24 hours where the clocks change. */
export function dayAfter(ms: number, days: number): number {
  const at = new Date(ms);
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).getTime();
}

/** The same day of another month, or its last where it is shorter. */
export function monthAfter(ms: number, months: number): number {
  const at = new Date(ms);
  const last = new Date(at.getFullYear(), at.getMonth() + months + 1, 0).getDate();
  return new Date(at.getFullYear(), at.getMonth() + months, Math.min(at.getDate(), last)).getTime();
}

/** The weeks of the month that a time is in, from Monday to Sunday, those of its neighbours filled up. */
export function weeksOf(ms: number, stretches: readonly Span[]): Day[][] {
  const at = new Date(ms);
  const first = new Date(at.getFullYear(), at.getMonth(), 1);
  let next = dayAfter(first.getTime(), -((first.getDay() + 6) % 7));
  const weeks: Day[][] = [];
  do {
    weeks.push(
      Array.from({ length: 7 }, () => {
        const { fromMs, toMs } = dayOf(next);
        next = toMs;
        const date = new Date(fromMs);
        return { fromMs, toMs, number: date.getDate(), inMonth: date.getMonth() === at.getMonth(), recordedMs: firstIn(fromMs, toMs, stretches) };
      }),
    );
  } while (new Date(next).getMonth() === at.getMonth());
  return weeks;
}

function firstIn(fromMs: number, toMs: number, stretches: readonly Span[]): number | null {
  let found: number | null = null;
  for (const stretch of stretches) {
    if (stretch.toMs < fromMs || stretch.fromMs >= toMs) continue;
    const atMs = Math.max(fromMs, stretch.fromMs);
    if (found === null || atMs < found) found = atMs;
  }
  return found;
}
