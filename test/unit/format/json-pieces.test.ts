import { expect, test } from "bun:test";
import { atPointer, jsonEntries } from "../../../src/format/json-pieces.ts";

test("pointers find what RFC 6901 says", () => {
  // The document of the RFC's section 5.
  const document = { foo: ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "m~n": 8, " ": 7 };
  for (const [pointer, value] of [
    ["", document],
    ["/foo", ["bar", "baz"]],
    ["/foo/0", "bar"],
    ["/", 0],
    ["/a~1b", 1],
    ["/c%d", 2],
    ["/m~0n", 8],
    ["/ ", 7],
    ["/foo/2", undefined],
    ["/none/x", undefined],
    ["/foo/0/x", undefined],
    ["/toString", undefined],
    ["/foo/length/x", undefined],
  ] as const)
    expect(atPointer(document, pointer)).toEqual(value as never);
});

const pieces = (text: string, split?: string, keyFrom?: string) =>
  jsonEntries(Buffer.from(text), split, keyFrom).map(({ key, value }) => [key?.toString() ?? null, value.toString()]);

test("a text that is not split stays byte for byte", () => {
  expect(pieces('{ "id": 1.0 }', undefined, "/id")).toEqual([["1.0", '{ "id": 1.0 }']]);
});

test("numbers stay as they are written, also beyond what a double holds", () => {
  const rows = '{"rows":[{"id":9007199254740993,"price":10.50,"far":1e400,"minus":-0},{"id":12345678901234567890}]}';
  expect(pieces(rows, "/rows", "/id")).toEqual([
    ["9007199254740993", '{"id":9007199254740993,"price":10.50,"far":1e400,"minus":-0}'],
    ["12345678901234567890", '{"id":12345678901234567890}'],
  ]);
});

test("keys are texts as they are, other values as JSON, and null where there is nothing", () => {
  const rows = [{ id: "a b" }, { id: 7 }, { id: true }, { id: { x: 1 } }, { id: null }, {}, 5];
  expect(pieces(JSON.stringify(rows), "", "/id").map(([key]) => key)).toEqual(["a b", "7", "true", '{"x":1}', null, null, null]);
});

test("what is no JSON, or has no array there, is refused", () => {
  expect(() => pieces("<html>")).toThrow("is no JSON");
  expect(() => pieces('{"a":{}}', "/a")).toThrow("no array at '/a'");
});
