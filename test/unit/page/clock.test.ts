import { describe, expect, test } from "bun:test";
import { type Follower, PlayClock } from "../../../src/page/rewind/clock.ts";

const ready = (nextMs: number | null): Follower => ({ nextMs, waiting: false, landedMs: null });

/** Ticks of a screen that is drawn sixty times a second. */
function run(clock: PlayClock, fromMs: number, forMs: number): number {
  for (let tick = 0; tick <= (forMs * 60) / 1000; tick++) clock.tick(fromMs + (tick * 1000) / 60);
  return clock.timeMs;
}

describe("a clock over the log", () => {
  test("is live until it is set, and then runs with the time of day", () => {
    const clock = new PlayClock();
    expect([clock.live, clock.playing, clock.rate]).toEqual([true, true, 1]);
    clock.followers.add({ nextMs: undefined, waiting: false, landedMs: null });
    clock.seek(10_000, 0);
    expect(clock.live).toBe(false);
    expect(run(clock, 0, 1000)).toBeCloseTo(11_000, -2);
    clock.setRate(4, 0, 1000);
    expect(run(clock, 1000, 1000)).toBeCloseTo(15_000, -2);
    clock.setRate(-0.5, 0, 2000);
    expect(run(clock, 2000, 1000)).toBeCloseTo(14_500, -2);
    clock.goLive();
    expect([clock.live, clock.rate]).toEqual([true, 1]);
  });

  test("stands while it is paused, and while a follower waits for its pictures", () => {
    const clock = new PlayClock();
    clock.pause(5000, 0);
    expect(run(clock, 0, 1000)).toBe(5000);
    clock.play(1000);
    const follower = { nextMs: undefined, waiting: true, landedMs: null };
    clock.followers.add(follower);
    expect(run(clock, 1000, 1000)).toBe(5000);
    follower.waiting = false;
    expect(run(clock, 2000, 1000)).toBeCloseTo(6000, -2);
  });

  test("skips a time in which nobody has a picture, and none in which somebody has", () => {
    const clock = new PlayClock();
    clock.followers.add(ready(60_000));
    const other = { nextMs: 1500 as number, waiting: false, landedMs: null };
    clock.followers.add(other);
    clock.seek(1000, 0);
    expect(run(clock, 0, 300)).toBeCloseTo(1300, -2);
    other.nextMs = 90_000;
    expect(run(clock, 300, 20)).toBeGreaterThanOrEqual(60_000);
  });

  test("backwards it skips to the last picture before", () => {
    const clock = new PlayClock();
    clock.followers.add(ready(1000));
    clock.seek(60_000, 0);
    clock.setRate(-1, 60_000, 0);
    expect(run(clock, 0, 20)).toBeLessThanOrEqual(1000);
  });

  test("goes to a run whose times begin before the last one ended, unless others are at their place", () => {
    const clock = new PlayClock();
    clock.followers.add(ready(1000));
    clock.seek(60_000, 0);
    expect(run(clock, 0, 20)).toBeLessThan(2000);
    const shared = new PlayClock();
    shared.followers.add(ready(1000)).add(ready(60_100));
    shared.seek(60_000, 0);
    expect(run(shared, 0, 20)).toBeGreaterThanOrEqual(60_000);
  });

  test("goes live at the end of the log, once nothing more came; backwards it stops at the beginning", () => {
    const clock = new PlayClock();
    clock.followers.add(ready(null));
    clock.seek(60_000, 0);
    run(clock, 0, 300);
    expect(clock.live).toBe(false);
    run(clock, 300, 1000);
    expect(clock.live).toBe(true);
    clock.seek(60_000, 2000);
    clock.setRate(-1, 60_000, 2000);
    run(clock, 2000, 1500);
    expect([clock.live, clock.playing]).toEqual([false, false]);
  });

  test("set to where nobody has anything, it is at the nearest time; where one has, it stays, whatever the others have", () => {
    const landedAt = (timeMs: number, ...found: (number | null | undefined)[]) => {
      const clock = new PlayClock();
      for (const landedMs of found) clock.followers.add({ nextMs: undefined, waiting: true, landedMs });
      clock.pause(timeMs, 0);
      return run(clock, 0, 100);
    };
    expect(landedAt(0, 5000)).toBe(5000);
    expect(landedAt(0, 5000, 3000)).toBe(3000);
    expect(landedAt(9000, 5000, 3000)).toBe(5000);
    expect(landedAt(4000, 5000, null)).toBe(4000);
    expect(landedAt(0, undefined, 5000)).toBe(0);
    expect(landedAt(0, Number.POSITIVE_INFINITY, 5000)).toBe(5000);
    expect(landedAt(0, Number.POSITIVE_INFINITY)).toBe(0);
  });

  test("the live end comes no faster, but can be left slower or backwards", () => {
    const clock = new PlayClock();
    clock.setRate(2, 1000, 0);
    expect([clock.live, clock.rate]).toEqual([true, 1]);
    clock.setRate(0.5, 1000, 0);
    expect([clock.live, clock.rate, clock.timeMs]).toEqual([false, 0.5, 1000]);
  });
});
