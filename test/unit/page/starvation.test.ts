/** When a decoder that gives nothing is taken to wait for more. */
import { expect, test } from "bun:test";
import { Quiet } from "../../../src/page/live/starvation.ts";

/** Three seconds at 25 frames a second, of which each takes so long. */
function after(tookMs: (frame: number) => number): number {
  const quiet = new Quiet();
  for (let frame = 0; frame < 75; frame++) {
    quiet.given(frame * 40);
    quiet.came(frame * 40 + tookMs(frame));
  }
  return quiet.ms;
}

test("a new one is given a second", () => {
  expect(new Quiet().ms).toBe(1000);
});

test("one that is quick is known to wait after a twentieth of a second, one that is slow is not hurried", () => {
  expect(after(() => 5)).toBe(50);
  expect(after(() => 100)).toBeGreaterThan(350);
  expect(after(() => 2000)).toBe(1000);
});

test("a moment in which everything stood still does not make a quick one slow", () => {
  expect(after((frame) => (frame === 73 ? 400 : 5))).toBeLessThan(250);
});
