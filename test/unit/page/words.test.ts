import { expect, test } from "bun:test";
import { bytesText, countText, durationText, isoText, longDurationText, momentText, plural, rateText, timeText } from "../../../src/page/words.ts";

test.each([
  [0, "0 ms"],
  [12.4, "12 ms"],
  [999, "999 ms"],
  [1440, "1.4 s"],
  [59_999, "59 s"],
  [300_000, "5 min"],
  [3 * 3_600_000, "3 h"],
  [2 * 86_400_000, "2 d"],
])("%d ms read as %p", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test("what counts up has no fractions", () => {
  expect(longDurationText(4900)).toBe("4 s");
});

test.each([
  [0, "0"],
  [9999, "9,999"],
  [12_345, "12.3K"],
  [1_234_567, "1.23M"],
])("%d records read as %p", (count, text) => {
  expect(countText(count)).toBe(text);
});

test.each([
  [0, "0/s"],
  [0.4, "0.4/s"],
  [30, "30/s"],
  [29.97, "30/s"],
])("%d a second read as %p", (rate, text) => {
  expect(rateText(rate)).toBe(text);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1536, "1.5 kB"],
  [2_000_000, "2.0 MB"],
  [5e12, "5000.0 GB"],
])("%d bytes read as %p", (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test("one is not many", () => {
  expect([0, 1, 2].map((count) => plural(count, "record"))).toEqual(["0 records", "1 record", "2 records"]);
});

test("a time that no date can be is its number", () => {
  expect(isoText(2 ** 62)).toBe("4611686018427387904 ms since 1970");
  expect(momentText(2 ** 62, 0)).toBe("4611686018427387904 ms since 1970");
  expect(timeText(2 ** 62)).toBe("no date");
  expect(isoText(-5)).toBe("1969-12-31T23:59:59.995Z");
});
