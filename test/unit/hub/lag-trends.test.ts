import { expect, test } from "bun:test";
import { LagTrends } from "../../../src/hub/cluster/lag-trends.ts";

const at = (partition: number, lag: number | null) => ({ topic: "t", partition, lag });
const place = (partition: number) => ({ topic: "t", partition });

test("each partition has a lag for each time, also one that came later, and none that is gone", () => {
  const trends = new LagTrends();
  trends.add(1000, [{ group: "g", partitions: [at(0, 5)] }]);
  trends.add(6000, [{ group: "g", partitions: [at(0, 3), at(1, 9)] }]);
  trends.add(11_000, [
    { group: "g", partitions: [at(0, null), at(1, 8)] },
    { group: "h", partitions: [at(0, 1)] },
  ]);
  expect(trends.timesMs).toEqual([1000, 6000, 11_000]);
  expect(trends.of("g", place(0))).toEqual([5, 3, null]);
  expect(trends.of("g", place(1))).toEqual([null, 9, 8]);
  expect(trends.of("h", place(0))).toEqual([null, null, 1]);
  trends.add(16_000, [{ group: "g", partitions: [at(1, 7)] }]);
  expect(trends.of("g", place(1))).toEqual([null, 9, 8, 7]);
  expect(trends.of("g", place(0))).toEqual([]);
});

test("where the clock is set back, it begins anew", () => {
  const trends = new LagTrends();
  for (const ms of [7_200_000, 7_205_000, 5000, 10_000]) trends.add(ms, [{ group: "g", partitions: [at(0, ms / 1000)] }]);
  expect(trends.timesMs).toEqual([5000, 10_000]);
  expect(trends.of("g", place(0))).toEqual([5, 10]);
});

test("it is bounded in number and in age", () => {
  const trends = new LagTrends();
  for (let i = 0; i < 100; i++) trends.add(i * 5000, [{ group: "g", partitions: [at(0, i)] }]);
  expect(trends.timesMs.length).toBe(60);
  expect(trends.of("g", place(0))).toEqual(Array.from({ length: 60 }, (_, i) => 40 + i));
  trends.add(99 * 5000 + 16 * 60_000, [{ group: "g", partitions: [at(0, 1)] }]);
  expect(trends.timesMs.length).toBe(1);
  expect(trends.of("g", place(0))).toEqual([1]);
});
