import { expect } from "bun:test";

/** One sentence that names the thing, and what to do: no stack, no second line. */
export function expectOneSentence(stderr: string): void {
  expect(stderr).toMatch(/^kt: .+\n$/);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).not.toMatch(/\bat .*\.ts:|undefined|\[object|unexpectedly/);
}
