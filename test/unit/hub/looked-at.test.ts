import { describe, expect, test } from "bun:test";
import { LookedAt, type Offsets } from "../../../src/hub/topics/looked-at.ts";

/** After the first look at the last records. */
function logOf(high: number, tail = 32, low = 0): LookedAt {
  const looked = new LookedAt();
  looked.bounds(low, high);
  looked.add({ from: high - tail, to: high });
  return looked;
}

/** The looks that it takes until nothing more is worth one. */
function looks(looked: LookedAt, most: number, records = Number.POSITIVE_INFINITY): Offsets[] {
  const done: Offsets[] = [];
  for (let gap = looked.next(64); gap && done.length < most; gap = looked.next(64)) {
    const look = { from: gap.from, to: Math.min(gap.to, gap.from + records) };
    done.push(look);
    looked.add(look);
  }
  return done;
}

describe("what is looked at next", () => {
  test("is nothing before the last records were, and the beginning then", () => {
    const looked = new LookedAt();
    looked.bounds(100, 1_000_000);
    expect(looked.next(64)).toBeUndefined();
    looked.add({ from: 999_900, to: 1_000_000 });
    expect(looked.next(64)?.from).toBe(100);
  });

  test("are all records of a short log", () => {
    const looked = logOf(1000);
    expect(looks(looked, 100).reduce((sum, { from, to }) => sum + to - from, 0)).toBe(1000 - 32);
    expect(looked.newestFrom).toBe(0);
  });

  test("of a long log are places everywhere, closer to each other where they are closer to the end; and there is an end to it", () => {
    const looked = logOf(3_000_000);
    const done = looks(looked, 200, 32).sort((a, b) => a.from - b.from);
    const gaps = done.slice(1).map(({ from }, i) => from - (done[i] as Offsets).to);
    const far = Math.max(...gaps.slice(0, gaps.length / 2));
    const near = Math.max(...gaps.slice(-gaps.length / 10));
    expect(far).toBeLessThan(3_000_000 / 50);
    expect(near).toBeLessThan(far / 3);
    expect(looks(looked, 5000, 32).length).toBeLessThan(2000);
    expect(looked.next(64)).toBeUndefined();
  });

  test("is nothing that is newer than the last look, as that is the next one's, nor what the log has lost", () => {
    const looked = logOf(1000);
    looks(looked, 100);
    looked.bounds(0, 5000);
    expect(looked.next(64)).toBeUndefined();
    looked.add({ from: 4968, to: 5000 });
    looked.bounds(2000, 5000);
    expect(looked.next(64)?.from).toBe(2000);
    expect(looked.newestFrom).toBe(4968);
  });
});

test("a log whose end was looked at time and again is looked into no more often", () => {
  const looked = logOf(1000);
  for (let high = 2000; high < 5_000_000; high += 1000) {
    looked.bounds(0, high);
    looked.add({ from: high - 100, to: high });
  }
  expect(looks(looked, 5000, 32).length).toBeLessThan(2000);
});
