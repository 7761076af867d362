import { expect, test } from "bun:test";
import { PacedTimes } from "../../../src/emit/paced-times.ts";

const hourMs = 3_600_000;

test("pictures are as far apart as in the source, however late each is sent, and go along where the clock is set", () => {
  let [wallMs, steadyMs] = [1_700_000_000_000, 5000];
  const times = new PacedTimes({ wallMs: () => wallMs, steadyMs: () => steadyMs });
  const begin = () => 1_700_000_000_000;
  const pass = (ms: number, setByMs = 0) => {
    wallMs += ms + setByMs;
    steadyMs += ms;
  };
  expect(times.at(0, begin)).toBe(1_700_000_000_000);
  pass(55);
  expect(times.at(40, begin)).toBe(1_700_000_000_040);
  // Moved smoothly.
  pass(40, 3);
  expect(times.at(80, begin)).toBe(1_700_000_000_080);
  pass(40, hourMs);
  expect(times.at(120, begin)).toBeWithin(1_700_000_000_120 + hourMs - 1, 1_700_000_000_120 + hourMs + 10);
  pass(40, -2 * hourMs);
  expect(times.at(160, begin)).toBeWithin(1_700_000_000_160 - hourMs - 1, 1_700_000_000_160 - hourMs + 10);
  pass(1000);
  expect(times.at(1160, begin) - times.at(160, begin)).toBe(1000);
});

test("what is set before the first picture has its begin by the clock as it is then", () => {
  let wallMs = 0;
  const times = new PacedTimes({ wallMs: () => wallMs, steadyMs: () => 0 });
  wallMs = 1_700_000_000_000;
  expect(times.at(0, () => wallMs)).toBe(wallMs);
});
