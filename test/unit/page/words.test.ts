import { expect, test } from "bun:test";
import {
  countText,
  durationText,
  exactText,
  isoText,
  longDurationText,
  momentText,
  plural,
  rateText,
  timeText,
  zoneText,
} from "../../../src/page/parts/words.ts";
import { bytesText } from "../../../src/words.ts";

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
  [45_049, "45 kB"],
  [999_999, "1.0 MB"],
  [5e12, "5.0 TB"],
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

test("a time of another day has its day in front, and of another year the year", () => {
  const at = new Date(2026, 0, 31, 14, 3, 9, 120).getTime();
  expect(momentText(at, new Date(2026, 0, 31, 23).getTime())).toBe("14:03:09.120");
  expect(momentText(at, new Date(2026, 1, 1).getTime())).toBe("31 Jan 14:03:09.120");
  expect(momentText(at, new Date(2027, 0, 31, 15).getTime())).toBe("31 Jan 2026 14:03:09.120");
  expect(momentText(2 ** 62, 0, "no date")).toBe("no date");
});

test("a zone is its distance from UTC at that time", () => {
  const before = process.env.TZ;
  const [winter, summer] = [Date.UTC(2026, 0, 31, 13), Date.UTC(2026, 6, 1, 12)];
  try {
    process.env.TZ = "Europe/Berlin";
    expect([zoneText(winter), zoneText(summer)]).toEqual(["UTC+1", "UTC+2"]);
    expect(exactText(winter)).toBe("2026-01-31 14:00:00.000 UTC+1 = 2026-01-31T13:00:00.000Z");
    process.env.TZ = "America/St_Johns";
    expect(zoneText(winter)).toBe("UTC−3:30");
    process.env.TZ = "UTC";
    expect(exactText(winter)).toBe("2026-01-31T13:00:00.000Z");
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
});
