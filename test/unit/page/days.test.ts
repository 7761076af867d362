import { expect, test } from "bun:test";
import { dayAfter, monthAfter, weeksOf } from "../../../src/page/calendar/days.ts";

const at = (year: number, month: number, day: number, hour = 0) => new Date(year, month - 1, day, hour).getTime();

test("a month has whole weeks from Monday on, and in each day what was recorded first", () => {
  const weeks = weeksOf(at(2026, 2, 14), [
    { fromMs: at(2026, 2, 3, 20), toMs: at(2026, 2, 4, 5) },
    { fromMs: at(2026, 2, 4, 9), toMs: at(2026, 2, 4, 10) },
    { fromMs: at(2026, 3, 1, 12), toMs: at(2026, 3, 1, 13) },
  ]);
  // February 2026 begins on a Sunday and ends on a Saturday.
  expect(weeks.map((week) => week.map(({ number }) => number))).toEqual([
    [26, 27, 28, 29, 30, 31, 1],
    [2, 3, 4, 5, 6, 7, 8],
    [9, 10, 11, 12, 13, 14, 15],
    [16, 17, 18, 19, 20, 21, 22],
    [23, 24, 25, 26, 27, 28, 1],
  ]);
  const recorded = weeks.flat().filter(({ recordedMs }) => recordedMs !== null);
  expect(recorded.map(({ fromMs, recordedMs, inMonth }) => [fromMs, recordedMs, inMonth])).toEqual([
    [at(2026, 2, 3), at(2026, 2, 3, 20), true],
    [at(2026, 2, 4), at(2026, 2, 4), true],
    [at(2026, 3, 1), at(2026, 3, 1, 12), false],
  ]);
});

test("days and months are counted by the calendar, also where a day has 23 hours and a month fewer days", () => {
  expect(dayAfter(at(2026, 3, 28), 2)).toBe(at(2026, 3, 30));
  expect(dayAfter(at(2026, 1, 1), -1)).toBe(at(2025, 12, 31));
  expect(monthAfter(at(2026, 1, 31), 1)).toBe(at(2026, 2, 28));
  expect(monthAfter(at(2026, 1, 15), -1)).toBe(at(2025, 12, 15));
});
