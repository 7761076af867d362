/** Frames that come together when a publisher's stream is opened are dated by when they were taken. */
import { expect, test } from "bun:test";
import type { Frame } from "../../../src/video/frame.ts";
import { afterBurst } from "../../../src/video/source/burst.ts";
import { CaptureClock } from "../../../src/video/source/capture-clock.ts";

const startMs = 1_700_000_000_000;

/** When each of the frames, taken every 40 ms, is said to have been taken, given when it came; and how many came before the first was passed on. */
async function dated(arrivalsMs: number[]): Promise<{ dates: number[]; held: number }> {
  const clock = new CaptureClock();
  let at = 0;
  async function* frames(): AsyncGenerator<Frame> {
    for (const [i, arrivalMs] of arrivalsMs.entries()) {
      at = startMs + arrivalMs;
      const ptsUs = 9_000_000 + i * 40_000;
      yield { type: "video/h264", data: new Uint8Array(100), ptsUs, dtsUs: ptsUs, key: i === 0, width: 320, height: 240, codec: undefined };
    }
  }
  const dates: number[] = [];
  let held = 0;
  for await (const frame of afterBurst(frames(), clock, () => at)) {
    if (dates.length === 0) held = arrivalsMs.indexOf(at - startMs) + 1;
    dates.push(Math.round(clock.captured(frame.ptsUs / 1000, at) - startMs));
  }
  return { dates, held };
}

test("a second that waited keeps its spacing, and ends where the source goes on", async () => {
  const waited = Array.from({ length: 25 }, (_, i) => 1000 + i);
  const { dates, held } = await dated([...waited, 1065, 1105, 1145]);
  expect(held).toBe(26);
  // The last one, which came in time, was the 26th: 25 times 40 ms after the first.
  for (const [i, date] of dates.entries()) expect(Math.abs(date - (65 + i * 40))).toBeLessThan(3);
});

test("where nothing waited, the first goes on with the second", async () => {
  const { dates, held } = await dated([5, 45, 85, 125]);
  expect(held).toBe(2);
  expect(dates).toEqual([5, 45, 85, 125]);
});

test("what ends while it is held comes all the same", async () => {
  expect((await dated([1000, 1001, 1002])).dates).toHaveLength(3);
  expect((await dated([7])).dates).toEqual([7]);
});

test("a source that always sends faster than in real time is not held for ever", async () => {
  const { held } = await dated(Array.from({ length: 700 }, (_, i) => i));
  expect(held).toBeLessThanOrEqual(501);
});
