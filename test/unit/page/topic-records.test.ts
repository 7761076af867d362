import { expect, test } from "bun:test";
import { chartCsv } from "../../../src/page/data/charts/chart-csv.ts";
import { readAsked, readSpot, searchUrl, writeAsked } from "../../../src/page/topics/records/asked.ts";
import { withGaps } from "../../../src/page/topics/records/gaps.ts";
import { jsonNodes } from "../../../src/page/topics/records/json-nodes.ts";
import type { PanelRecord } from "../../../src/protocol/server-message.ts";

test("what is asked for goes into an address and comes back", () => {
  const asked = { from: "@2026-01-31T12:00:00Z", until: "0=5,1=7", partition: "1", key: "a b", header: "x=1", contains: "ü&", regex: "", live: false };
  expect(readAsked(new URLSearchParams(writeAsked(asked).toString()))).toEqual(asked);
  expect(writeAsked(readAsked(new URLSearchParams())).toString()).toBe("");
  // An empty key is one.
  expect(readAsked(new URLSearchParams("key="))).toMatchObject({ key: "" });
});

test("the server is asked for the newest, and from a place on for the oldest", () => {
  const of = (query: string) => searchUrl("a/b", readAsked(new URLSearchParams(query)), { limit: "50" });
  expect(of("contains=x&live=1")).toBe("topics/a%2Fb/search?contains=x&order=newest&limit=50");
  expect(of("from=42")).toBe("topics/a%2Fb/search?from=42&order=oldest&limit=50");
});

test("a place in the address is two numbers", () => {
  expect(readSpot("3:17")).toEqual({ partition: 3, offset: 17 });
  for (const wrong of [null, "", "3", "3:", "-1:2", "a:b", "1:99999999999999999"]) expect(readSpot(wrong)).toBeNull();
});

const record = (partition: number, offset: number) => ({ partition, offset }) as PanelRecord;
const rowsOf = (...records: PanelRecord[]) =>
  withGaps(records).map((row) => ("gap" in row ? `${row.gap.partition}:${row.gap.from}-${row.gap.to - 1}` : row.record.offset));

test("offsets without a record are told of between their neighbours, whichever comes first", () => {
  expect(rowsOf(record(0, 9), record(0, 8), record(0, 5))).toEqual([9, 8, "0:6-7", 5]);
  expect(rowsOf(record(0, 5), record(0, 7))).toEqual([5, "0:6-6", 7]);
  // Partitions have offsets of their own.
  expect(rowsOf(record(0, 9), record(1, 100), record(0, 8), record(1, 98))).toEqual([9, 100, 8, "1:99-99", 98]);
});

test("what cannot be read has its sentence, between its neighbours or in front", () => {
  const left = (partition: number, from: number, to: number) => ({ partition, from, to, message: `too large: ${from}` });
  const rows = withGaps([record(0, 9), record(0, 5)], [left(0, 7, 8), left(1, 3, 4)]);
  expect(rows.map((row) => ("gap" in row ? row.gap.message : row.record.offset))).toEqual(["too large: 3", 9, "too large: 7", 5]);
});

test("a tree has what the text has: every digit, names in their order, and twice where they stand twice", () => {
  const node = jsonNodes('{"b": 9007199254740993, "1": [true, "a\\"}", {}], "b": null, "n": NaN}');
  expect(node).toEqual({
    kind: "object",
    entries: [
      { name: "b", node: { kind: "word", text: "9007199254740993" } },
      {
        name: "1",
        node: {
          kind: "array",
          items: [
            { kind: "word", text: "true" },
            { kind: "string", text: '"a\\"}"' },
            { kind: "object", entries: [] },
          ],
        },
      },
      { name: "b", node: { kind: "word", text: "null" } },
      { name: "n", node: { kind: "word", text: "NaN" } },
    ],
  });
  for (const text of ["", "5", '"a"', "{", '{"a":1', "plain", "[".repeat(5000) + "]".repeat(5000)]) expect(jsonNodes(text)).toBeUndefined();
  expect(jsonNodes('{"": {"": ""}}')).toMatchObject({ entries: [{ name: "", node: { entries: [{ name: "", node: { text: '""' } }] } }] });
});

test("a chart as CSV has a row for each time, and of a mean of several numbers their least and greatest", () => {
  const lines = {
    names: ["a", "=b", "off"],
    timesMs: [0, 1000, 2000],
    means: [
      [1, null, 3],
      [5, 6, Number.NaN],
      [7, 7, 7],
    ],
    lows: [
      [1, null, 2],
      [5, 6, Number.NaN],
      [7, 7, 7],
    ],
    highs: [
      [1, null, 4],
      [5, 6, Number.NaN],
      [7, 7, 7],
    ],
    counts: [
      [1, 0, 2],
      [1, 1, 0],
      [1, 1, 1],
    ],
    lasts: [null, null, null],
  };
  expect(chartCsv(lines, new Set(["off"]), null).split("\r\n")).toEqual([
    "time,a,a least,a greatest,a count,'=b",
    "1970-01-01T00:00:00.000Z,1,1,1,1,5",
    "1970-01-01T00:00:01.000Z,,,,0,6",
    "1970-01-01T00:00:02.000Z,3,2,4,2,",
    "",
  ]);
  expect(chartCsv(lines, new Set(["off"]), { fromMs: 500, toMs: 1500 }).split("\r\n")).toHaveLength(3);
});
