import { expect, test } from "bun:test";
import { ChartPointMaker } from "../../../src/hub/data/chart-points.ts";
import { batchOfRecords } from "../batches.ts";
import { record } from "../records.ts";

function pointsOf(count: number, make: (i: number) => { atMs: number; key: string | null; value: string }, by: string | null = null) {
  const maker = new ChartPointMaker(by);
  const records = Array.from({ length: count }, (_, i) => {
    const { atMs, key, value } = make(i);
    return record({ offset: i, timestampMs: atMs, key: key === null ? null : Buffer.from(key), value: Buffer.from(value) });
  });
  maker.take(batchOfRecords(...records));
  return maker.finish(count);
}

test("a few records are points of their own, in the order of their times", () => {
  expect(pointsOf(3, (i) => ({ atMs: 300 - 100 * i, key: `k${i}`, value: `{"v":${i},"name":"x"}` }))).toEqual({
    points: [
      { atMs: 100, key: "k2", fields: { v: [2, 2, 2, 1] } },
      { atMs: 200, key: "k1", fields: { v: [1, 1, 1, 1] } },
      { atMs: 300, key: "k0", fields: { v: [0, 0, 0, 1] } },
    ],
    keys: 3,
    read: 3,
    held: 3,
  });
});

test("of many none is lost: their count, their sum and each key's peak are in the points", () => {
  const { points, keys } = pointsOf(40_000, (i) => ({ atMs: i * 10, key: `k${i % 4}`, value: `{"v":${i === 12_345 ? 1e6 : 1}}` }));
  expect(keys).toBe(4);
  expect(points.length).toBeLessThanOrEqual(2500);
  expect(points.length).toBeGreaterThan(1000);
  const ofKey = (key: string) => points.filter((point) => point.key === key).map(({ fields }) => fields.v as [number, number, number, number]);
  expect(ofKey("k1").reduce((sum, [, , , count]) => sum + count, 0)).toBe(10_000);
  expect(ofKey("k1").reduce((sum, [, , total]) => sum + total, 0)).toBe(9999 + 1e6);
  expect([Math.max(...ofKey("k1").map(([, max]) => max)), Math.max(...ofKey("k2").map(([, max]) => max))]).toEqual([1e6, 1]);
});

test("of too many keys the points are of all together, and fine all the same", () => {
  const { points, keys } = pointsOf(30_000, (i) => ({ atMs: i * 100, key: `truck-${i % 500}`, value: `{"speed":${i % 500}}` }));
  expect(keys).toBe(500);
  expect(new Set(points.map(({ key }) => key))).toEqual(new Set([null]));
  expect(points.length).toBeGreaterThan(1000);
});

test("records of one moment are one point of each key", () => {
  const { points } = pointsOf(5000, (i) => ({ atMs: 7, key: null, value: `{"id":"${i % 2 ? "a" : "b"}","v":${i}}` }), "id");
  expect(points.map(({ key, fields }) => [key, fields.v])).toEqual([
    ["b", [0, 4998, 6_247_500, 2500]],
    ["a", [1, 4999, 6_250_000, 2500]],
  ]);
});

test("what has no time, no number or no time that a date can be is no point", () => {
  const { points } = pointsOf(4, (i) => ({
    atMs: [-1, 5, 2 ** 62, 6][i] as number,
    key: null,
    value: ['{"v":1}', "text", '{"v":1}', '{"v":NaN}'][i] as string,
  }));
  expect(points.map(({ atMs, fields }) => [atMs, fields.v?.[3]])).toEqual([[6, 0]]);
});

test("what a line ends with stays a record's own number", () => {
  const maker = new ChartPointMaker(null);
  const of = (from: number, to: number) =>
    batchOfRecords(
      ...Array.from({ length: to - from }, (_, i) => record({ offset: from + i, timestampMs: from + i, value: Buffer.from(`{"v":${from + i}}`) })),
    );
  maker.take(of(9990, 10_000), true);
  maker.take(of(0, 9990));
  const { points } = maker.finish(10_000);
  expect(points.at(-1)).toEqual({ atMs: 9999, key: null, fields: { v: [9999, 9999, 9999, 1] } });
  expect(points.reduce((sum, { fields }) => sum + (fields.v?.[3] ?? 0), 0)).toBe(10_000);
});
