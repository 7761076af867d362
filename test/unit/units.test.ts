import { describe, expect, test } from "bun:test";
import { parseBytes, parseDuration, splitWords } from "../../src/units.ts";

test.each([
  ["200ms", 200],
  ["1.5s", 1500],
  ["3", 3000],
  ["2m", 120_000],
  ["1h", 3_600_000],
  ["7d", 604_800_000],
  ["1:30", 90_000],
  ["1:02:03.5", 3_723_500],
  ["0", 0],
])("the time %s", (text, ms) => {
  expect(parseDuration(text, "--every")).toBe(ms);
});

test.each(["", "-1s", "1.s", "ten", "1:60", "5y", "1 s", "1e3"])("'%s' is no time", (text) => {
  expect(() => parseDuration(text, "--every")).toThrow(/--every takes a time such as 200ms.*not/);
});

test.each([
  ["500", 500],
  ["500kB", 500_000],
  ["64MB", 64_000_000],
  ["64MiB", 67_108_864],
  ["1.5g", 1_500_000_000],
])("the size %s", (text, bytes) => {
  expect(parseBytes(text, "--buffer")).toBe(bytes);
});

test.each(["", "MB", "-1MB", "1TBx", "64 pigs"])("'%s' is no size", (text) => {
  expect(() => parseBytes(text, "--buffer")).toThrow(/--buffer takes a size such as/);
});

describe("words as a shell splits them", () => {
  test.each([
    ["", []],
    ["  ", []],
    ["-rtsp_transport udp  -timeout 5000000", ["-rtsp_transport", "udp", "-timeout", "5000000"]],
    [`-headers 'X-Key: a "b"' -user_agent "my \\"kt\\""`, ["-headers", 'X-Key: a "b"', "-user_agent", 'my "kt"']],
    ["a\\ b''c", ["a bc"]],
    ["''", [""]],
  ])("%j", (line, words) => {
    expect(splitWords(line, "--input-options")).toEqual(words);
  });
  test("a quote that does not end is told", () => {
    expect(() => splitWords("-a 'b", "--input-options")).toThrow(/--input-options has a quote/);
  });
});
