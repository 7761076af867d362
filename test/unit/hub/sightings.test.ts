import { expect, test } from "bun:test";
import { type Sighting, Sightings } from "../../../src/hub/scout/sightings.ts";

const seen = (offset: number, { key = "cam", everyMs = 40, run = "a", end = false } = {}): Sighting => {
  return { key, offset, timestampMs: offset * everyMs, run, sequence: null, end };
};
const many = (from: number, to: number, options = {}) => Array.from({ length: to - from }, (_, i) => seen(from + i, options));
const offsets = (sightings: Sightings, key = "cam") => sightings.spans(key).map(({ first, last }) => [first.offset, last.offset]);

test("what was looked at is known, however often and in which order it was", () => {
  const sightings = new Sightings();
  sightings.note({ from: 100, to: 200 }, many(100, 200));
  sightings.note({ from: 300, to: 400 }, []);
  sightings.note({ from: 150, to: 310 }, many(150, 250));
  expect(sightings.holes(0, 500)).toEqual([
    { from: 0, to: 100 },
    { from: 400, to: 500 },
  ]);
  expect(sightings.lookedAround(250)).toEqual({ from: 100, to: 400 });
  expect(sightings.lookedAround(450)).toBeUndefined();
  expect(offsets(sightings)).toEqual([[100, 249]]);
  expect(sightings.next("cam", 250)).toBeUndefined();
  expect(sightings.previous("cam", 100)).toBeUndefined();
  expect(sightings.previous("cam", 101)?.first.offset).toBe(100);
});

test("pictures that stand close together are remembered together, and others one by one", () => {
  const sightings = new Sightings();
  sightings.note({ from: 0, to: 1000 }, [...many(0, 10), ...many(500, 510), ...many(510, 520, { run: "b" })]);
  expect(offsets(sightings)).toEqual([
    [0, 9],
    [500, 509],
    [510, 519],
  ]);
  const slow = new Sightings();
  slow.note({ from: 0, to: 5 }, many(0, 5, { everyMs: 5000 }));
  expect(slow.spans("cam")).toHaveLength(5);
  expect(slow.pace("cam")).toEqual({ intervalMs: 5000, spacing: 1, meanSpacing: 1 });
});

test("a place between two pictures that stand close together is looked at without losing any", () => {
  const sightings = new Sightings();
  sightings.note({ from: 0, to: 10 }, many(0, 10));
  sightings.note({ from: 20, to: 30 }, many(20, 30));
  sightings.note({ from: 10, to: 20 }, many(10, 20));
  expect(offsets(sightings)).toEqual([[0, 29]]);
});

test("a pause says nothing of how close the pictures are otherwise", () => {
  const sightings = new Sightings();
  const others = [0, 17, 34, 90_000, 90_017].map((offset) => ({ ...seen(offset), timestampMs: (offset / 17) * 40 }));
  sightings.note({ from: 0, to: 100_000 }, others);
  expect(sightings.pace("cam")).toMatchObject({ intervalMs: 40, spacing: 17 });
});

test("what the log has lost is forgotten", () => {
  const sightings = new Sightings();
  sightings.note({ from: 0, to: 1000 }, [...many(0, 10), ...many(500, 600)]);
  sightings.trim(550);
  expect(sightings.lookedAround(549)).toBeUndefined();
  expect(sightings.next("cam", 0)?.last.offset).toBe(599);
  expect(sightings.count).toBe(1);
});

test("the word that a source has ended stands by itself", () => {
  const sightings = new Sightings();
  sightings.note({ from: 0, to: 12 }, [...many(0, 10), seen(10, { end: true })]);
  expect(sightings.spans("cam").map(({ first }) => first.end)).toEqual([false, true]);
});
