import { expect, test } from "bun:test";
import { placeNote, rangesText, sumTrend, trendWords } from "../../../src/page/topics/cluster/lag-words.ts";

test("trends are added up, of what is known at each time", () => {
  expect(sumTrend([[1, null, 3], [null, null, 4], []])).toEqual([1, null, 7]);
  expect(sumTrend([])).toEqual([]);
});

test("a trend is told from its first moment to its last", () => {
  const times = [0, 5000, 130_000];
  expect(trendWords(times, [10, 20, 30])).toBe("from 10 to 30 in 2 min");
  expect(trendWords(times, [7, 20, 7])).toBe("7, as 2 min ago");
  expect(trendWords(times, [null, 20, 7])).toBe("from 20 to 7 in 2 min");
  expect(trendWords(times, [null, null, 7])).toBeUndefined();
  expect(trendWords([], [])).toBeUndefined();
});

test("a place that is not where records are is explained", () => {
  const place = { committed: 5, low: 0, high: 10, member: null };
  expect(placeNote(place)).toBeUndefined();
  expect(placeNote({ ...place, committed: 10 })).toBeUndefined();
  expect(placeNote({ ...place, low: 8 })).toBe("3 deleted before they were read");
  expect(placeNote({ ...place, committed: 12 })).toStartWith("2 past the end");
  expect(placeNote({ ...place, committed: null, member: "c" })).toContain("nothing is committed");
  expect(placeNote({ ...place, committed: null, low: 10 })).toBeUndefined();
  expect(placeNote({ ...place, low: null, high: null })).toContain("nobody leads");
});

test("partitions that follow each other are a range", () => {
  expect(rangesText([])).toBe("");
  expect(rangesText([7, 1, 0, 2])).toBe("0–2, 7");
  expect(rangesText([3, 4])).toBe("3, 4");
});
