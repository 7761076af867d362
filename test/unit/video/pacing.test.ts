import { describe, expect, test } from "bun:test";
import { realTime, unpaced } from "../../../src/video/pacing.ts";

/** The same numbers from 0 to 1 in every run. */
function dice(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe("real time", () => {
  test("does not drift in ten minutes of late timers and slow sends", () => {
    const pace = realTime();
    const roll = dice();
    const [startMs, firstUs] = [12_345.678, 80_000];
    let nowMs = startMs;
    let worstMs = 0;
    for (let i = 0; i < 18_000; i++) {
      const ptsUs = firstUs + (i * 1e6 * 1001) / 30_000;
      const waitMs = pace.waitMs(ptsUs, nowMs);
      worstMs = Math.max(worstMs, Math.abs(nowMs + waitMs - (startMs + (ptsUs - firstUs) / 1000)));
      expect(pace.lagMs).toBe(0);
      nowMs += waitMs + roll() * 15; // the timer fires late,
      nowMs += roll() * 15; // and the frame takes its time
    }
    expect(nowMs - startMs).toBeGreaterThan(600_000);
    expect(worstMs).toBeLessThan(1);
  });

  test("does not wait for the first frame, whatever its time in the source", () => {
    expect(realTime().waitMs(3_600_000_000, 5)).toBe(0);
  });

  test("makes up for a stall, and then is on time again", () => {
    const pace = realTime();
    pace.waitMs(0, 1000);
    expect(pace.waitMs(100_000, 1600)).toBe(0);
    expect(pace.lagMs).toBe(500);
    expect(pace.waitMs(400_000, 1601)).toBe(0);
    expect(pace.lagMs).toBe(201);
    expect(pace.waitMs(700_000, 1602)).toBe(98);
    expect(pace.lagMs).toBe(0);
  });

  test("waits longer for a frame that comes after a gap in the source", () => {
    const pace = realTime();
    pace.waitMs(0, 0);
    pace.waitMs(33_000, 1);
    expect(pace.waitMs(5_000_000, 40)).toBe(4960);
  });

  test("counts the source's time from its first frame", () => {
    const pace = realTime();
    pace.waitMs(1_000_000, 77);
    expect(pace.elapsedMs(3_500_500)).toBe(2500.5);
  });
});

test("unpaced never waits, is never late, and counts the source's time all the same", () => {
  const pace = unpaced();
  for (let i = 1; i < 100; i++) expect(pace.waitMs(i * 1e6, i)).toBe(0);
  expect(pace.lagMs).toBe(0);
  expect(pace.elapsedMs(3_500_000)).toBe(2500);
});
