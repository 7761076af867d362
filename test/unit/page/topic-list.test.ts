import { describe, expect, test } from "bun:test";
import { bounded } from "../../../src/page/layout/bounds.ts";
import { byName, foundRows, listRows, readSort, sortedRows, writeSort } from "../../../src/page/topics/list-model.ts";
import type { TopicSummary } from "../../../src/protocol/server-message.ts";

const topic = (name: string, more: Partial<TopicSummary> = {}): TopicSummary => ({
  name,
  kind: "json",
  partitions: 1,
  leaderless: 0,
  records: 1,
  ratePerSecond: 0,
  lastTimestampMs: 5,
  streams: [],
  keyed: false,
  trouble: null,
  ...more,
});
const stream = (key: string) => ({
  key,
  contentType: "video/h264",
  width: 1280,
  height: 720,
  partitions: [2],
  last: { partition: 2, offset: 3, timestampMs: 7 },
});
const street = topic("street", { kind: "video", records: 900, streams: [stream("gate 10"), stream("gate 9")] });
const names = (rows: { name: string }[]) => rows.map(({ name }) => name);

describe("the list of topics", () => {
  const rows = listRows([street, topic("scores", { records: 20 }), topic("log", { kind: "text", records: 3 })], new Map([["scores", 1200]]));

  test("has a row of each topic and each stream, by the numbers in their names", () => {
    expect(rows.map(({ topic, key, name, bytes, kind }) => [topic, key, name, bytes, kind])).toEqual([
      ["street", null, "street", null, "video"],
      ["street", "gate 9", "gate 9", null, "H.264 1280×720"],
      ["street", "gate 10", "gate 10", null, "H.264 1280×720"],
      ["scores", null, "scores", 1200, "json"],
      ["log", null, "log", null, "text"],
    ]);
  });

  test("finds what has all of the words, in topic, stream or kind, whatever the case", () => {
    expect(names(foundRows(rows, " GATE str "))).toEqual(["gate 9", "gate 10"]);
    expect(names(foundRows(rows, "sco"))).toEqual(["scores"]);
    expect(names(foundRows(rows, "json"))).toEqual(["scores"]);
    expect(foundRows(rows, "nothing")).toEqual([]);
    expect(foundRows(rows, "  ")).toHaveLength(5);
  });

  test("is sorted by topics, whose streams stay below them, and what is not told is last either way", () => {
    expect(names(sortedRows(rows, byName))).toEqual(["log", "scores", "street", "gate 9", "gate 10"]);
    expect(names(sortedRows(rows, { column: "records", descending: true }))).toEqual(["street", "gate 9", "gate 10", "scores", "log"]);
    for (const descending of [true, false]) expect(names(sortedRows(rows, { column: "bytes", descending }))[0]).toBe("scores");
  });

  test("says what is wrong with a topic", () => {
    const trouble = (more: Partial<TopicSummary>) => listRows([topic("a", more)], new Map())[0]?.trouble;
    expect(trouble({})).toBeNull();
    expect(trouble({ partitions: 3, leaderless: 3 })).toBe("No broker leads it now");
    expect(trouble({ partitions: 3, leaderless: 1 })).toBe("1 of its partitions have no leader now");
    expect(trouble({ trouble: "The record at offset 0 takes 400 MB." })).toBe("The record at offset 0 takes 400 MB.");
  });

  test("keeps its order in the address, and takes what is none for the order by name", () => {
    for (const text of ["name", "-records", "newestMs"]) expect(writeSort(readSort(text))).toBe(text);
    for (const text of [null, "", "height", "--name"]) expect(readSort(text)).toEqual(byName);
  });
});

test("of more than there is room for the newest are shown, and stay", () => {
  const held = new Set<string>();
  const show = (...items: [string, number][]) =>
    bounded(
      items,
      2,
      held,
      ([name]) => name,
      ([, ms]) => ms,
    ).map(([name]) => name);
  expect(show(["a", 1], ["b", 9], ["c", 5])).toEqual(["b", "c"]);
  expect(show(["a", 100], ["b", 9], ["c", 5])).toEqual(["b", "c"]);
  // One that went makes room.
  expect(show(["a", 100], ["c", 5], ["d", 1])).toEqual(["a", "c"]);
  expect(show(["d", 1], ["a", 100])).toEqual(["d", "a"]);
});
