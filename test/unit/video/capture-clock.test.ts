import { expect, test } from "bun:test";
import { CaptureClock } from "../../../src/video/source/capture-clock.ts";

const startMs = 1_700_000_000_000;

/** Frames that were captured every 40 ms, and arrived so much later. */
function capturedAt(delaysMs: number[], sourceRate = 1): number[] {
  const clock = new CaptureClock();
  return delaysMs.map((delayMs, i) => clock.captured(7_000_000 + i * 40 * sourceRate, startMs + i * 40 + delayMs) - startMs);
}

test("frames keep the source's spacing, whatever the network adds to each", () => {
  const captured = capturedAt([5, 30, 5, 80, 6, 5, 60]);
  for (const [i, ms] of captured.entries()) expect(Math.abs(ms - (i * 40 + 5))).toBeLessThan(4);
});

test("frames that came together when the connection was made are not dated before they came in order", () => {
  const captured = capturedAt([400, 360, 320, 280, 240, 200, 160, 120, 80, 40, 0, 0, 0]);
  expect(captured.slice(0, 10).every((ms) => ms === 400)).toBe(true);
  expect(captured.slice(10)).toEqual([400, 440, 480]);
});

test("a camera's clock that runs slow or fast by a thousandth is followed for hours", () => {
  for (const rate of [0.999, 1.001]) {
    const hour = capturedAt(Array<number>(90_000).fill(10), rate);
    expect(Math.abs((hour.at(-1) as number) - (89_999 * 40 + 10))).toBeLessThan(5);
  }
});

test("a source that begins its times anew is followed at once", () => {
  const clock = new CaptureClock();
  for (let i = 0; i < 100; i++) clock.captured(50_000 + i * 40, startMs + i * 40);
  expect(clock.captured(0, startMs + 4000)).toBe(startMs + 4000);
  expect(clock.captured(40, startMs + 4045)).toBeGreaterThanOrEqual(startMs + 4040);
});

test("no time goes back, and none is after its arrival", () => {
  const clock = new CaptureClock();
  let lastMs = 0;
  for (let i = 0; i < 500; i++) {
    const arrivalMs = startMs + i * 40 + ((i * 7919) % 100);
    const ms = clock.captured(i * 40, arrivalMs);
    expect(ms).toBeGreaterThanOrEqual(Math.min(lastMs, arrivalMs));
    expect(ms).toBeLessThanOrEqual(arrivalMs);
    lastMs = ms;
  }
});

test("where our clock is set forward an hour and back two, frames keep their spacing, and are of that time at once", () => {
  const clock = new CaptureClock();
  const delaysMs = [5, 30, 5, 80, 6, 5, 60];
  let shiftMs = 0;
  const play = (from: number) =>
    Array.from({ length: 100 }, (_, i) => clock.captured((from + i) * 40, startMs + shiftMs + (from + i) * 40 + (delaysMs[i % delaysMs.length] as number)));
  const spacing = (times: number[]) => Math.max(...times.slice(10).map((ms, i, all) => (i === 0 ? 0 : Math.abs(ms - (all[i - 1] as number) - 40))));
  expect(spacing(play(0))).toBeLessThan(4);
  for (const [at, setByMs] of [
    [100, 3_600_000],
    [200, -7_200_000],
    [300, 3_600_000],
  ] as const) {
    shiftMs += setByMs;
    const times = play(at);
    expect(Math.abs((times[0] as number) - (startMs + shiftMs + at * 40))).toBeLessThan(100);
    expect(spacing(times)).toBeLessThan(4);
  }
});
