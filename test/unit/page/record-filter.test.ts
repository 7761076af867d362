import { expect, test } from "bun:test";
import { parseFilter } from "../../../src/page/data/record-filter.ts";
import { hexLines } from "../../../src/page/data/text/hex.tsx";

test.each([
  ["", null],
  ["  ", null],
  ["goal", { key: "", text: "goal" }],
  ["two words ", { key: "", text: "two words" }],
  ["key:door", { key: "door", text: "" }],
  ["open key:door now", { key: "door", text: "open  now" }],
  ['key:"front door" open', { key: "front door", text: "open" }],
  ['key:"fro', { key: "fro", text: "" }],
  ["key:", null],
  ["monkey:x", { key: "", text: "monkey:x" }],
])("a filter %p looks for %p", (typed, filter) => {
  expect(parseFilter(typed)).toEqual(filter);
});

test("bytes are shown as hexdump does", () => {
  expect(hexLines(Buffer.from("kt: 0123456789\u0000\u00ff", "latin1")).concat(hexLines(Buffer.from("ab")))).toEqual([
    { offset: "00000000", hex: "6b 74 3a 20 30 31 32 33  34 35 36 37 38 39 00 ff", ascii: "kt: 0123456789··" },
    { offset: "00000000", hex: `61 62${" ".repeat(43)}`, ascii: "ab" },
  ]);
});
