import { describe, expect, test } from "bun:test";
import { compilePattern } from "../../../src/format/pattern/pattern.ts";

const isIn = (pattern: string, text: string | Buffer) => {
  const bytes = Buffer.from(text);
  return compilePattern(pattern).isIn(bytes, 0, bytes.length);
};

describe("finds what JavaScript's engine finds", () => {
  const texts = [
    "",
    "a",
    "abc",
    "xabcx",
    "aXb",
    "äöü",
    "😀 ok",
    "a\nb",
    "foo bar",
    "foobar",
    '{"id": 42, "name": "Ünal"}',
    "2026-01-31T12:00:00Z",
    "aaaa",
    "42",
    "-4.5e3",
    "\t x",
  ];
  const patterns = ["abc", "^abc$", "a.c", "a.*x", "[a-c]+x", "[^a]", "^$", "\\d{2}", "\\d{3,}", "foo|bar", "^(foo|x)", "\\bfoo\\b", "\\Boo", "o\\b", "ä", "[ä-ü]{3}", "^.$", "^.{4}$", '"id": ?4\\d', "(?:ab?c?)+x", "a{2,3}$", "\\s", "\\S\\s\\S", "\\w+$", "[\\d.]+e", "\\u{1f600}", "\\x61bc", "a??b", "(a|b|)$", "()", "[^\\w\\s]", "^(a*)*$", "x|^", "[]a]", "\\.", "[.]", "[a\\-z]", "b$"]; // biome-ignore format: a table
  for (const pattern of patterns)
    test(pattern, () => {
      const expected = new RegExp(pattern.replace("[]a]", "[\\]a]"), "su");
      expect(texts.filter((text) => isIn(pattern, text))).toEqual(texts.filter((text) => expected.test(text)));
    });
  test("and without regard to capitals", () => {
    for (const pattern of ["ünal", "X", "[a-c]{3}", "[^x]"])
      expect(texts.filter((text) => isIn(`(?i)${pattern}`, text))).toEqual(texts.filter((text) => new RegExp(pattern, "isu").test(text)));
  });
});

test("what stands wherever it is found is known, and nothing that may not", () => {
  const literal = (pattern: string) => compilePattern(pattern).literal;
  expect(literal('"n": 43\\d1')).toBe('"n": 43');
  expect(literal("a.*longer.c")).toBe("longer");
  expect(literal("\\bdoor\\b-x")).toBe("door-x");
  expect(literal("(?:ab)+cd")).toBe("ab");
  expect(literal("x{3}äö")).toBe("äö");
  for (const pattern of ["a|b", "(?i)door", "a?", "[ab]", ".*", ""]) expect(literal(pattern)).toBe("");
  expect(literal("(abc|d)e?f")).toBe("f");
});

test("a brace that counts nothing is one, as JSON has them", () => {
  expect(isIn('^{"a":{"b"', '{"a":{"b":1}}')).toBe(true);
  expect(isIn("a{,2}", "a{,2}")).toBe(true);
});

test("looks at a stretch of bytes only", () => {
  const pattern = compilePattern("^b$");
  expect(pattern.isIn(Buffer.from("abc"), 1, 2)).toBe(true);
  expect(pattern.isIn(Buffer.from("abc"), 0, 2)).toBe(false);
});

test("bytes that are no text are no characters, and what is among them is found", () => {
  expect(isIn("^.$", Buffer.from([0xff]))).toBe(false);
  expect(isIn("door", Buffer.from([0xff, 0xfe, ...Buffer.from("door"), 0xc3]))).toBe(true);
});

test("what holds other engines up for years is decided at once", () => {
  for (const pattern of ["(a+)+$", "^(a|aa)*$", "^(a|a?)+$", "(.*)*,(.*)*,(.*)*x", "(?i)(ab|a|b)*c$"]) {
    const before = performance.now();
    expect(isIn(pattern, `${"a".repeat(100_000)}!`)).toBe(false);
    // Others need longer than the universe has been there.
    expect(performance.now() - before).toBeLessThan(20_000);
  }
});

test("a pattern with too many states ends in a sentence", () => {
  let chance = 1;
  const text = Array.from({ length: 200_000 }, () => {
    chance = (chance * 1_103_515_245 + 12_345) % 2_147_483_648;
    return chance > 1_073_741_824 ? "a" : "b";
  }).join("");
  expect(() => isIn("(a|b)*a(a|b){60}c", text)).toThrow("has too many states");
  expect(() => isIn("((\\w{100}){100}){100}", "a")).toThrow("is too large");
});

test("each way to be wrong has its words", () => {
  const said = (pattern: string) => {
    try {
      isIn(pattern, "");
      return "nothing";
    } catch (error) {
      return (error as Error).message;
    }
  };
  const wrong = ["(", ")", "[a", "*", "a**", "a\\", "\\q", "\\1", "(?=a)", "(?<!a)", "(?x)a", "a{2,1}", "a{2000}", "[z-a]", "\\x1", "\\u{110000}"];
  expect(wrong.filter((pattern) => said(pattern) === "nothing")).toEqual([]);
  expect(said("(a")).toBe("has a ( that nothing closes");
  expect(said("(?=a)")).toBe("looks ahead or back, or sets a flag in the middle: neither is done here");
  expect(said("(".repeat(5000))).toBe("is nested deeper than 100");
});
