import { describe, expect, test } from "bun:test";
import { fieldsOf } from "../../../src/format/fields.ts";
import { compareCells } from "../../../src/page/data/cells.ts";
import { rowFields } from "../../../src/page/data/row-field.ts";

const cells = (text: string) => Object.fromEntries(fieldsOf(text)?.cells ?? []);

describe("a record's fields", () => {
  test.each([
    ["are those of the object", '{"home":"Leeds","goals":2,"live":true,"half":null}', { home: "Leeds", goals: 2, live: true, half: null }],
    ["go one object deeper", '{"score":{"home":1,"away":0}}', { "score.home": 1, "score.away": 0 }],
    ["and no further", '{"a":{"b":{"c":1}},"list":[1,{"d":2}]}', { "a.b": '{"c":1}', list: '[1,{"d":2}]' }],
    ["are one where the value is no object", "21.5", { value: 21.5 }],
    ["keep a number that JavaScript would round", '{"id":9007199254740993,"n":1}', { id: "9007199254740993", n: 1 }],
    ["keep one that is beyond what JavaScript has", '{"id":1e400}', { id: "1e400" }],
    ["have what Python writes for no number", '{"v":NaN,"w":-Infinity,"list":[1,NaN]}', { v: Number.NaN, w: Number.NEGATIVE_INFINITY, list: "[1,NaN]" }],
    ["are there behind a byte order mark", '\ufeff{"v":"bom"}', { v: "bom" }],
  ])("%s", (_, text, expected) => {
    expect(cells(text)).toEqual(expected as Record<string, string>);
  });

  test("are bounded", () => {
    expect(fieldsOf(JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`f${i}`, i]))))?.cells.size).toBe(40);
  });

  test("are unknown where it is no JSON", () => {
    expect(fieldsOf("hello")).toBeUndefined();
  });
});

test("numbers sort by size, texts by the numbers in them", () => {
  expect([10, "b10", 9, "b9", "a"].sort(compareCells)).toEqual([9, 10, "a", "b9", "b10"]);
});

test("what is no number sorts behind all that are", () => {
  expect([Number.NaN, 1, Number.POSITIVE_INFINITY, -1, Number.NaN].sort(compareCells)).toEqual([-1, 1, Number.POSITIVE_INFINITY, Number.NaN, Number.NaN]);
});

describe("rows without keys", () => {
  const records = (make: (i: number) => object) => Array.from({ length: 30 }, (_, i) => ({ value: JSON.stringify(make(i)) }));

  test("are told apart by a field whose values come again, with a usual name if there is one", () => {
    const { fields, likely } = rowFields(records((i) => ({ at: i, level: "info", meta: { host: `web-${i % 3}` } })));
    expect(likely).toEqual({ name: "meta.host", path: ["meta", "host"] });
    expect(fields.map(({ name }) => name)).toEqual(["at", "level", "meta.host"]);
  });

  test("cannot be told apart where every value is another", () => {
    expect(rowFields(records((i) => ({ id: i, text: `line ${i}` }))).likely).toBeUndefined();
  });
});
