import { expect, test } from "bun:test";
import { placeAt } from "../../../src/hub/log/gap.ts";

const nowMs = 1_000_000;

test("a time among pictures is what it is", () => {
  expect(placeAt(500_010, 500_000, 500_040, 2000, nowMs)).toEqual({ timeMs: 500_010, gap: null });
  expect(placeAt(nowMs - 10, nowMs - 100, undefined, 2000, nowMs)).toEqual({ timeMs: nowMs - 10, gap: null });
});

test("a time at which nothing was recorded comes with the end of the run before and the begin of the next", () => {
  expect(placeAt(500_000, 400_000, 700_000, 2000, nowMs)).toEqual({ timeMs: 500_000, gap: { fromMs: 400_000, toMs: 700_000 } });
  expect(placeAt(500_000, 400_000, undefined, 2000, nowMs)).toEqual({ timeMs: 500_000, gap: { fromMs: 400_000, toMs: null } });
  expect(placeAt(100_000, undefined, 400_000, 2000, nowMs)).toEqual({ timeMs: 100_000, gap: { fromMs: null, toMs: 400_000 } });
});

test("the last picture of a run is none of the gap that follows", () => {
  expect(placeAt(400_000, 400_000, 700_000, 2000, nowMs)).toEqual({ timeMs: 400_000, gap: null });
});

test("a time that is still to come is that of the newest picture", () => {
  expect(placeAt(nowMs + 1e12, 400_000, undefined, 2000, nowMs)).toEqual({ timeMs: 400_000, gap: null });
  // A producer whose clock is ahead has pictures there.
  expect(placeAt(nowMs + 50, nowMs + 40, nowMs + 80, 2000, nowMs).timeMs).toBe(nowMs + 50);
});

test("of a stream that is not there nothing is said", () => {
  expect(placeAt(500_000, undefined, undefined, 2000, nowMs)).toEqual({ timeMs: null, gap: null });
});
