import { describe, expect, test } from "bun:test";
import { readMoment, writeMoment } from "../../../src/page/moment.ts";
import { behindText, momentText } from "../../../src/page/parts/words.ts";
import { follow, marks, pan, pinch, share, spanOf, timeAt, zoom } from "../../../src/page/rewind/extent.ts";

describe("the timeline", () => {
  const hour = { fromMs: 0, toMs: 3_600_000 };

  test("spans from the first picture to the last, whichever run they are of", () => {
    expect(spanOf([])).toBeNull();
    expect(
      spanOf([
        { startMs: 50, endMs: 900, run: "a" },
        { startMs: 100, endMs: 400, run: "b" },
      ]),
    ).toEqual({ fromMs: 50, toMs: 900 });
  });

  test("says where a time is, and which time is at a place", () => {
    expect(share(900_000, hour)).toBe(0.25);
    expect(share(-5, hour)).toBe(0);
    expect(timeAt(0.25, hour)).toBe(900_000);
    expect(share(5, { fromMs: 5, toMs: 5 })).toBe(0);
  });

  test("zooms around the pointer, and back to all", () => {
    const half = zoom(hour, hour, 900_000, 0.5);
    expect(half).toEqual({ fromMs: 450_000, toMs: 2_250_000 });
    expect(half && share(900_000, half)).toBe(0.25);
    expect(half && zoom(half, hour, 900_000, 4)).toBeUndefined();
    const closest = zoom({ fromMs: 0, toMs: 2100 }, hour, 1000, 0.1);
    expect(closest && closest.toMs - closest.fromMs).toBe(2000);
  });

  test("shows what is beside, and nothing beyond the ends", () => {
    const part = { fromMs: 600_000, toMs: 1_200_000 };
    expect(pan(part, hour, 60_000)).toEqual({ fromMs: 660_000, toMs: 1_260_000 });
    expect(pan(part, hour, -3_600_000)).toEqual({ fromMs: 0, toMs: 600_000 });
    expect(pan(part, hour, 36_000_000)).toEqual({ fromMs: 3_000_000, toMs: 3_600_000 });
  });

  test("goes along with a time that would leave it", () => {
    const part = { fromMs: 600_000, toMs: 1_200_000 };
    expect(follow(part, hour, 900_000)).toEqual(part);
    // With something of what comes next.
    expect(follow(part, hour, 1_200_000)).toEqual({ fromMs: 624_000, toMs: 1_224_000 });
    expect(follow(part, hour, 3_600_000)).toEqual({ fromMs: 3_000_000, toMs: 3_600_000 });
    expect(follow(part, hour, 100_000)).toEqual({ fromMs: 100_000, toMs: 700_000 });
  });

  test("is held by two fingers: what is below them stays there", () => {
    const held = pinch([900_000, 1_800_000], [0.1, 0.9], hour);
    expect(held && [share(900_000, held), share(1_800_000, held)].map((part) => part.toFixed(6))).toEqual(["0.100000", "0.900000"]);
    expect(pinch([900_000, 1_800_000], [0.4, 0.5], hour)).toBeUndefined();
    expect(pinch([900_000, 1_800_000], [0.5, 0.5], hour)).toBeUndefined();
    const closest = pinch([900_000, 900_001], [0, 1], hour);
    expect(closest && closest.toMs - closest.fromMs).toBe(2000);
  });

  test("is marked with round times, not too many", () => {
    expect(marks(hour, 7)).toEqual({ stepMs: 600_000, timesMs: [0, 600_000, 1_200_000, 1_800_000, 2_400_000, 3_000_000, 3_600_000] });
    expect(marks({ fromMs: 1_700_000_000_123, toMs: 1_700_000_009_000 }, 7).stepMs).toBe(2000);
    expect(marks({ fromMs: 0, toMs: 30 * 86_400_000 }, 7).timesMs.length).toBeLessThanOrEqual(8);
  });
});

describe("a link to a moment", () => {
  test("is read as it was written", () => {
    const moment = { topic: "street & co", key: "cam 1/ü", timeMs: Date.parse("2026-01-31T12:00:00.120Z") };
    expect(readMoment(writeMoment(moment))).toEqual({ moment, trouble: null });
  });

  test("takes RFC 3339 and milliseconds, and nothing that is no time", () => {
    expect(readMoment("?topic=a&key=&at=1700000000123").moment).toEqual({ topic: "a", key: "", timeMs: 1_700_000_000_123 });
    expect(readMoment("?topic=a&key=b&at=@1700000000123").moment).toEqual({ topic: "a", key: "b", timeMs: 1_700_000_000_123 });
    for (const zone of ["%2B01:00", "+01:00"])
      expect(readMoment(`?topic=a&at=2026-01-31T13:00:00${zone}`).moment?.timeMs).toBe(Date.parse("2026-01-31T12:00:00Z"));
    expect(readMoment("?topic=a&at=2026-01-31T12:00:00.120Z").moment?.timeMs).toBe(Date.parse("2026-01-31T12:00:00.120Z"));
    for (const at of ["yesterday", "", "camera 5", "2026-02-31T12:00:00Z", "12:00"]) {
      const { moment, trouble } = readMoment(`?topic=a&key=b&at=${at}`);
      expect(moment).toEqual({ topic: "a", key: "b", timeMs: null });
      expect(trouble).toContain(`“${at}” in the address is no time`);
    }
  });

  test("without a time is the live end, and without a key the topic's first stream", () => {
    expect(readMoment("?topic=a&key=b")).toEqual({ moment: { topic: "a", key: "b", timeMs: null }, trouble: null });
    expect(readMoment("?topic=a").moment).toEqual({ topic: "a", key: null, timeMs: null });
    expect(readMoment("")).toEqual({ moment: null, trouble: null });
    expect(readMoment("?at=5").trouble).toContain("no topic=");
  });
});

test("how far behind live, as players say it", () => {
  expect([0, 7400, 130_000, 3_840_000, 3 * 86_400_000].map(behindText)).toEqual(["−0:00", "−0:07", "−2:10", "−1:04:00", "−3 d"]);
});

test("a moment has its day where that is not today's", () => {
  const at = new Date(2026, 0, 31, 14, 3, 9, 120).getTime();
  expect(momentText(at, at + 1000)).toBe("14:03:09.120");
  expect(momentText(at, at + 5 * 86_400_000)).toBe("31 Jan 14:03:09.120");
});
