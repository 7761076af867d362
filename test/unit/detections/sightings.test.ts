import { expect, test } from "bun:test";
import { eventsOf, mostEvents, type Sighting } from "../../../src/hub/detections/sightings.ts";
import { besideEvent } from "../../../src/page/boxes/use-events.ts";

const at = (atMs: number, labels: Record<string, number | null> = {}): Sighting => ({ atMs, labels: new Map(Object.entries(labels)) });
const brief = (events: ReturnType<typeof eventsOf>) => events.map(({ label, startMs, endMs }) => [label, startMs, endMs]);

test("a label that goes on is one event, and one that comes again another", () => {
  const seen = [at(0, { car: 0.5 }), at(1000, { car: 0.9, dog: null }), at(2000, { car: 0.7 }), at(9000, { car: 0.6 })];
  expect(eventsOf(seen.toReversed(), null)).toEqual([
    { label: "car", startMs: 0, endMs: 2000, bestMs: 1000, score: 0.9, count: 3 },
    { label: "dog", startMs: 1000, endMs: 1000, bestMs: 1000, score: null, count: 1 },
    { label: "car", startMs: 9000, endMs: 9000, bestMs: 9000, score: 0.6, count: 1 },
  ]);
});

test("of records that were read here and there, what lies between two that say the same is the same", () => {
  const seen = [at(0, { car: 1 }), at(10_000, { car: 1 }), at(20_000), at(30_000, { car: 1 }), at(90_000, { car: 1 })];
  expect(brief(eventsOf(seen, null, 15_000))).toEqual([
    ["car", 0, 10_000],
    ["car", 30_000, 30_000],
    ["car", 90_000, 90_000],
  ]);
});

test("only those of a span are told", () => {
  const seen = [at(0, { car: 1 }), at(50_000, { dog: 1 }), at(100_000, { car: 1 })];
  expect(brief(eventsOf(seen, { fromMs: 40_000, toMs: 60_000 }))).toEqual([["dog", 50_000, 50_000]]);
});

test("there are never too many, whatever is in the records", () => {
  const often = Array.from({ length: 50_000 }, (_, i) => at(i * 10_000, { car: 1 }));
  expect(eventsOf(often, null).length).toBeWithin(1, mostEvents + 1);
  const labels = Array.from({ length: 5000 }, (_, i) => at(i, { [`label ${i}`]: 1 }));
  expect(eventsOf(labels, null)).toHaveLength(mostEvents);
  expect(eventsOf([at(Number.NaN, { car: 1 }), at(Number.POSITIVE_INFINITY, { car: 1 })], null)).toEqual([]);
});

test("the next event, and the one before", () => {
  const events = eventsOf([at(0, { a: 1 }), at(10_000, { b: 1 }), at(20_000, { c: 1 })], null);
  expect(besideEvent(events, 0, 1)?.label).toBe("b");
  expect(besideEvent(events, 15_000, -1)?.label).toBe("b");
  expect(besideEvent(events, 10_000, -1)?.label).toBe("a");
  expect(besideEvent(events, 20_000, 1)).toBeUndefined();
});
