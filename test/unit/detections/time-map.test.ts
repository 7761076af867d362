import { expect, test } from "bun:test";
import { TimeMap } from "../../../src/hub/detections/time-map.ts";

/** A partition whose record at an offset is of a time, found by looks at so many records. */
function find(timeAt: (offset: number) => number, records: number, fromMs: number, toMs: number, spread: number): { found: Set<number>; looks: number } {
  const map = new TimeMap();
  const look = (offset: number) => {
    const to = Math.min(records, offset + 100);
    const times = Array.from({ length: to - offset }, (_, i) => timeAt(offset + i));
    map.add({ from: offset, to, firstMs: times[0] as number, lastMs: times.at(-1) as number, leastMs: Math.min(...times), mostMs: Math.max(...times) });
  };
  for (let i = 0; i < spread; i++) look(Math.floor(((records - 1) * i) / Math.max(1, spread - 1)));
  let looks = 0;
  for (; looks < 200; looks++) {
    const [gap] = map.unknown(fromMs, toMs, 0, records);
    if (!gap) break;
    look(Math.floor((gap.from + gap.to) / 2));
  }
  const found = new Set<number>();
  for (const { from, to } of map.within(fromMs, toMs))
    for (let offset = from; offset < to; offset++) if (timeAt(offset) >= fromMs && timeAt(offset) <= toMs) found.add(offset);
  return { found, looks };
}

test("a stretch of a million records in order is found by a few looks", () => {
  const { found, looks } = find((offset) => offset * 40, 1_000_000, 20_000_000, 20_008_000, 25);
  expect(found.size).toBe(201);
  expect(looks).toBeLessThan(40);
});

test("old times behind new ones are found, where a detector was run over what was recorded", () => {
  // The second half is of times before those of the first.
  const timeAt = (offset: number) => (offset < 50_000 ? 4_000_000 + offset * 40 : (offset - 50_000) * 40);
  const { found } = find(timeAt, 100_000, 1_000_000, 1_004_000, 25);
  expect(found.size).toBe(101);
  expect(Math.min(...found)).toBe(75_000);
});

test("a time that was seen twice is found twice", () => {
  const timeAt = (offset: number) => (offset % 50_000) * 40;
  expect(find(timeAt, 100_000, 1_000_000, 1_004_000, 25).found.size).toBe(202);
});

test("where it was looked before nothing is looked for again, and what is gone is forgotten", () => {
  const map = new TimeMap();
  map.add({ from: 0, to: 100, firstMs: 0, lastMs: 99, leastMs: 0, mostMs: 99 });
  expect(map.unknown(0, 50, 0, 100)).toEqual([]);
  map.add({ from: 100, to: 150, firstMs: 100, lastMs: 149, leastMs: 100, mostMs: 149 });
  expect(map.known).toHaveLength(1);
  map.trim(150);
  expect(map.known).toEqual([]);
});
