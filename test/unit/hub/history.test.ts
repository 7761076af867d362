import { expect, test } from "bun:test";
import { lastOf, newestFirst, sizeOf, spreadOver } from "../../../src/hub/data/history.ts";
import type { Stretch } from "../../../src/record.ts";

const range = (from: number, to: number, partition = 0): Stretch => ({ topic: "t", partition, from, to });

test("a spread reaches from the first record to the last, in order, evenly and without overlap", () => {
  const spread = spreadOver([range(1000, 1_001_000)], 1920);
  expect([spread[0]?.from, spread.at(-1)?.to]).toEqual([1000, 1_001_000]);
  expect(sizeOf(spread)).toBeLessThan(2500);
  const gaps = spread.slice(1).map(({ from }, i) => from - (spread[i] as Stretch).to);
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
  expect(Math.min(...gaps)).toBeGreaterThan(0);
});

test("each partition has its share of a spread, and at least one place", () => {
  const counts = Map.groupBy(spreadOver([range(0, 900_000, 0), range(0, 99_990, 1), range(0, 3, 2)], 1920), ({ partition }) => partition);
  expect([0, 1, 2].map((partition) => counts.get(partition)?.length)).toEqual([144, 16, 1]);
});

test("the last records are as many as were asked for, of the partitions together", () => {
  expect(lastOf([range(0, 10_000)], 500)).toEqual([range(9500, 10_000)]);
  expect(lastOf([range(7, 10), range(0, 10_000, 1)], 500)).toEqual([range(7, 10), range(9500, 10_000, 1)]);
  expect(
    sizeOf(
      lastOf(
        Array.from({ length: 100 }, (_, i) => range(0, 10_000, i)),
        500,
      ),
    ),
  ).toBeLessThanOrEqual(2000);
});

test("the newest and the rest are all", () => {
  const [newest, rest] = newestFirst([range(0, 1000), range(5, 8, 1)], 64);
  expect([newest, rest]).toEqual([[range(936, 1000), range(5, 8, 1)], [range(0, 936)]]);
});
