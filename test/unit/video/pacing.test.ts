import { describe, expect, test } from "bun:test";
import { every, realTime, unpaced } from "../../../src/video/source/pacing.ts";

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
      const dtsUs = firstUs + (i * 1e6 * 1001) / 30_000;
      const dueMs = pace.dueMs(dtsUs, nowMs);
      worstMs = Math.max(worstMs, Math.abs(dueMs - (startMs + (dtsUs - firstUs) / 1000)));
      nowMs = Math.max(nowMs, dueMs) + roll() * 15; // the timer fires late,
      nowMs += roll() * 15; // and the frame takes its time
    }
    expect(nowMs - startMs).toBeGreaterThan(600_000);
    expect(worstMs).toBeLessThan(1);
  });

  test("does not wait for the first frame, whatever its time in the source", () => {
    expect(realTime().dueMs(3_600_000_000, 5)).toBe(5);
  });

  test("makes up for a stall, and then is on time again", () => {
    const pace = realTime();
    pace.dueMs(0, 1000);
    expect(pace.dueMs(100_000, 1600)).toBe(1100);
    expect(pace.dueMs(700_000, 1602)).toBe(1700);
  });

  test("waits longer for a frame that comes after a gap in the source", () => {
    const pace = realTime();
    pace.dueMs(0, 0);
    pace.dueMs(33_000, 1);
    expect(pace.dueMs(5_000_000, 40)).toBe(5000);
  });

  test("counts the presentation time from the first frame's, also where that is decoded before it is shown", () => {
    const pace = realTime();
    pace.dueMs(-80_000, 77);
    expect(pace.elapsedMs(0)).toBe(0);
    expect(pace.dueMs(-40_000, 78)).toBe(117);
    expect(pace.elapsedMs(160_000)).toBe(160);
    pace.dueMs(0, 117);
    expect(pace.elapsedMs(80_000)).toBe(80);
  });

  test("goes on where a source begins its times anew, as joined recordings do", () => {
    const pace = realTime();
    const seen = [3_600_000_000, 3_600_040_000, 0, 40_000].map((us) => [pace.dueMs(us, 1000), pace.elapsedMs(us)]);
    expect(seen).toEqual([
      [1000, 0],
      [1040, 40],
      [1040, 40],
      [1080, 80],
    ]);
  });

  test("at twice the speed takes half the time, in both counts", () => {
    const pace = realTime(2);
    pace.dueMs(0, 100);
    pace.elapsedMs(0);
    expect(pace.dueMs(1_000_000, 101)).toBe(600);
    expect(pace.elapsedMs(1_000_000)).toBe(500);
  });
});

test("a frame every so often, whatever the source says, and none is made up for twice", () => {
  const pace = every(200);
  const due = [5_000_000, 1, 1, 77].map((dtsUs, i) => {
    const dueMs = pace.dueMs(dtsUs, 1000 + i * 130);
    return [dueMs, pace.elapsedMs(dtsUs)];
  });
  expect(due).toEqual([
    [1000, 0],
    [1200, 200],
    [1400, 400],
    [1600, 600],
  ]);
});

test("unpaced never waits, and counts the source's time all the same", () => {
  const pace = unpaced();
  for (let i = 1; i < 100; i++) expect(pace.dueMs(i * 1e6, i)).toBe(i);
  pace.elapsedMs(1e6);
  expect(pace.elapsedMs(3_500_000)).toBe(2500);
});
