import { expect, test } from "bun:test";
import { Found, type Order } from "../../../src/hub/search/found.ts";

const stretches = [
  { topic: "t", partition: 0, from: 0, to: 100 },
  { topic: "t", partition: 1, from: 50, to: 80 },
];

/** @param hits partition, offset, time, and bytes; in the order in which they are read */
function taken(order: Order, most: number, mostBytes: number, ...hits: [partition: number, offset: number, timestampMs: number, bytes?: number][]) {
  const found = new Found<string>(stretches, order, most, mostBytes);
  for (const [partition, offset, timestampMs, bytes = 1] of hits)
    if (found.takes(partition)) found.add(partition, { offset, timestampMs, bytes, item: `${partition}:${offset}` });
  const { items, full, next } = found.take();
  return { items, full, next: Object.fromEntries(next) };
}

test("hits of several partitions come in the order of time, each partition in its own", () => {
  expect(taken("newest", 10, 100, [0, 1, 10], [0, 2, 30], [1, 60, 20], [1, 61, 25])).toEqual({
    items: ["0:2", "1:61", "1:60", "0:1"],
    full: false,
    next: { 0: 0, 1: 50 },
  });
  expect(taken("oldest", 10, 100, [0, 1, 10], [0, 2, 30], [1, 60, 20], [1, 61, 25])).toEqual({
    items: ["0:1", "1:60", "1:61", "0:2"],
    full: false,
    next: { 0: 100, 1: 80 },
  });
});

test("a clock that goes back does not turn a partition's order round", () => {
  expect(taken("newest", 10, 100, [0, 1, 90], [0, 2, 10], [0, 3, 50]).items).toEqual(["0:3", "0:2", "0:1"]);
});

test("what there is no room for is found by who goes on", () => {
  expect(taken("newest", 2, 100, [0, 1, 10], [0, 2, 30], [0, 3, 40], [1, 60, 35])).toEqual({ items: ["0:3", "1:60"], full: true, next: { 0: 3, 1: 50 } });
  expect(taken("oldest", 2, 100, [0, 1, 10], [0, 2, 30], [0, 3, 40], [1, 60, 35])).toEqual({ items: ["0:1", "0:2"], full: true, next: { 0: 3, 1: 50 } });
  // Nothing of partition 1 was told of: it begins again where it was.
  expect(taken("newest", 1, 100, [0, 1, 50], [1, 60, 10])).toEqual({ items: ["0:1"], full: true, next: { 0: 0, 1: 80 } });
});

test("large hits are as many as there is room for, and one at least", () => {
  expect(taken("newest", 10, 100, [0, 1, 10, 60], [0, 2, 20, 60])).toEqual({ items: ["0:2"], full: true, next: { 0: 2, 1: 50 } });
  expect(taken("newest", 10, 100, [0, 1, 10, 500])).toEqual({ items: ["0:1"], full: false, next: { 0: 0, 1: 50 } });
  expect(taken("oldest", 10, 100, [0, 1, 10, 60], [0, 2, 20, 60], [0, 3, 20, 60])).toEqual({ items: ["0:1"], full: true, next: { 0: 2, 1: 80 } });
});

test("of a partition that has more than was kept, nothing is told out of its turn", () => {
  // Partition 0 has three hits newer than partition 1's, of which two are kept.
  expect(taken("newest", 2, 100, [0, 1, 50], [0, 2, 60], [0, 3, 70], [1, 60, 55]).items).toEqual(["0:3", "0:2"]);
});
