/** JSON as Python and editors write it. */
import { describe, expect, test } from "bun:test";
import { isJson, parseExactly, parseJson, writeJson } from "../../../src/format/lenient-json.ts";

test("NaN and Infinity are numbers, and come out as they went in", () => {
  const text = '{"a":NaN,"b":[Infinity,-Infinity,{"c":NaN}],"NaN":"NaN, \\"Infinity\\"","n":null}';
  expect(parseJson(text)).toEqual({
    a: Number.NaN,
    b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, { c: Number.NaN }],
    NaN: 'NaN, "Infinity"',
    n: null,
  });
  expect(writeJson(parseJson(text))).toBe(text);
  expect(parseJson("NaN")).toBeNaN();
});

test("a byte order mark in front is no part of it, and anywhere else it is", () => {
  expect(parseJson('\ufeff{"a":"\ufeff"}')).toEqual({ a: "\ufeff" });
  expect(isJson('{"a"\ufeff:1}')).toBe(false);
});

test("a long string with words in it stays", () => {
  const long = `${'NaN \\"'.repeat(100_000)}`;
  expect(parseJson(`{"s":"${long}","v":NaN}`)).toEqual({ s: 'NaN "'.repeat(100_000), v: Number.NaN });
});

describe("what is none stays none", () => {
  test.each(["", "hello", "nan", "{'a':1}", "NaNny", "[NaN", '{"a":NaN1}', "- Infinity", "+Infinity", "\ufeff\ufeff1", "1  2"])("%p", (text) => {
    expect(isJson(text)).toBe(false);
  });
});

test("numbers that a double does not hold stay texts, beside NaN as well", () => {
  expect(parseExactly('{"id":9007199254740993,"big":1e400,"v":NaN,"n":1.50}')).toEqual({ id: "9007199254740993", big: "1e400", v: Number.NaN, n: 1.5 });
});

test("what is nested a hundred thousand deep is text, at once; brackets within strings and beside each other nest nothing", () => {
  const beganMs = performance.now();
  for (const text of ["[".repeat(1e5) + "]".repeat(1e5), '{"a":'.repeat(1e5) + 1 + "}".repeat(1e5), "[".repeat(5e5)]) expect(isJson(text)).toBe(false);
  // To write one of them took seven seconds.
  expect(performance.now() - beganMs).toBeLessThan(2000);
  for (const value of [{ a: `${"[".repeat(5000)}\\"${"{".repeat(5000)}` }, Array.from({ length: 5000 }, () => [{}])])
    expect(parseJson(JSON.stringify(value))).toEqual(value);
});
