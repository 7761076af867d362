import { expect, test } from "bun:test";
import { ClockOffset } from "../../../src/page/camera/clock-offset.ts";

test("the clock is taken from the answer that was the fastest, and old answers are forgotten", () => {
  const clock = new ClockOffset();
  expect(clock.best).toBeUndefined();
  // The server is 1000 ahead; of the slow answer all of the delay was on the way back.
  clock.add(0, 1002, 100);
  expect(clock.best).toEqual({ offsetMs: 952, wayMs: 100 });
  clock.add(200, 1205, 210);
  expect(clock.best).toEqual({ offsetMs: 1000, wayMs: 10 });
  for (let i = 0; i < 8; i++) clock.add(1000 * i, 1000 * i + 2010, 1000 * i + 20);
  expect(clock.best).toEqual({ offsetMs: 2000, wayMs: 20 });
});
