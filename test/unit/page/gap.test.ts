import { describe, expect, test } from "bun:test";
import { gapAround, gapMsOf, gapText } from "../../../src/page/rewind/gap.ts";

test("a pause is a gap where it is two seconds, and four times what is usual", () => {
  expect(gapMsOf([])).toBe(2000);
  expect(gapMsOf([0, 40, 80, 120])).toBe(2000);
  // One gap among them does not make the others usual.
  expect(gapMsOf([0, 40, 80, 900_000, 900_040])).toBe(2000);
  expect(gapMsOf([0, 10_000, 20_000])).toBe(40_000);
});

test("a gap lies between two stretches, before the first, or after the last one where it is over", () => {
  const stretches = [
    { startMs: 1000, endMs: 2000 },
    { startMs: 5000, endMs: 9000 },
    { startMs: 6000, endMs: 7000 },
  ];
  expect(gapAround(1500, stretches, false)).toBeNull();
  expect(gapAround(8000, stretches, false)).toBeNull();
  expect(gapAround(3000, stretches, false)).toEqual({ fromMs: 2000, toMs: 5000 });
  expect(gapAround(10, stretches, false)).toEqual({ fromMs: null, toMs: 1000 });
  expect(gapAround(9500, stretches, false)).toEqual({ fromMs: 9000, toMs: null });
  expect(gapAround(9500, stretches, true)).toBeNull();
  expect(gapAround(0, [], false)).toBeNull();
});

describe("a gap is said", () => {
  const at = (hours: number, minutes: number, seconds = 0, day = 31) => new Date(2026, 0, day, hours, minutes, seconds).getTime();
  const now = at(12, 0);

  test("by its times of day, with seconds where it is short", () => {
    expect(gapText({ fromMs: at(5, 54, 20), toMs: at(7, 7, 3) }, now)).toBe("Nothing recorded 05:54 to 07:07");
    expect(gapText({ fromMs: at(5, 54, 20), toMs: at(5, 55, 3) }, now)).toBe("Nothing recorded 05:54:20 to 05:55:03");
    expect(gapText({ fromMs: null, toMs: at(7, 7) }, now)).toBe("Nothing recorded before 07:07");
    expect(gapText({ fromMs: at(7, 7), toMs: null }, now)).toBe("Nothing recorded since 07:07");
  });

  test("with the days that are not today", () => {
    expect(gapText({ fromMs: at(5, 54, 0, 29), toMs: at(7, 7, 0, 29) }, now)).toBe("Nothing recorded 29 Jan 05:54 to 07:07");
    expect(gapText({ fromMs: at(5, 54, 0, 29), toMs: at(7, 7, 0, 30) }, now)).toBe("Nothing recorded 29 Jan 05:54 to 30 Jan 07:07");
    expect(gapText({ fromMs: at(5, 54, 0, 29), toMs: at(7, 7) }, now)).toBe("Nothing recorded 29 Jan 05:54 to 07:07");
    expect(gapText({ fromMs: 9e15, toMs: null }, now)).toBe("Nothing recorded since a time that is no date");
  });
});
