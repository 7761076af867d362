/** When a picture is shown in the terminal, which is left out, and what stands below it. */
import { describe, expect, test } from "bun:test";
import { FrameClock } from "../../../src/consume/view/frame-clock.ts";
import { forgiven, LateRule } from "../../../src/consume/view/late-rule.ts";
import { type Status, statusLine } from "../../../src/consume/view/status-line.ts";

describe("the clock of a recording", () => {
  const at = (ms: number) => {
    const time = { ms };
    return { time, clock: new FrameClock(() => time.ms) };
  };

  test("pictures are due as far apart as they were taken, also those that are stored out of order", () => {
    const { clock } = at(5000);
    const media = [1000, 1120, 1040, 1080, 1160];
    expect(media.map((mediaMs) => clock.due({ run: "a", mediaMs }) - 5000)).toEqual([0, 120, 40, 80, 160]);
  });

  test("another run, a longer pause and a time that went back are not waited for", () => {
    for (const [run, mediaMs] of [
      ["b", 1_000_000],
      ["a", 1_000_000],
      ["a", -5000],
    ] as const) {
      const { clock, time } = at(0);
      clock.due({ run: "a", mediaMs: 0 });
      expect(clock.due({ run: "a", mediaMs: 400 })).toBe(400);
      expect(clock.due({ run, mediaMs })).toBe(440);
      expect(clock.due({ run, mediaMs: mediaMs + 40 })).toBe(480);
      time.ms = 9000;
      expect(clock.due({ run: "c", mediaMs: 0 })).toBe(9000);
    }
  });

  test("a pause within a run is as long as it was", () => {
    const { clock } = at(0);
    clock.due({ run: "a", mediaMs: 0 });
    expect(clock.due({ run: "a", mediaMs: 5000 })).toBe(5000);
  });

  test("while it is stopped no time goes by, and what nobody could show in time is not late", () => {
    const { clock, time } = at(0);
    clock.due({ run: "a", mediaMs: 0 });
    time.ms = 100;
    clock.stop();
    clock.stop();
    time.ms = 60_000;
    expect([clock.now(), clock.stopped]).toEqual([100, true]);
    clock.goOn();
    time.ms = 60_010;
    expect([clock.now(), clock.stopped]).toEqual([110, false]);
    clock.hold(50);
    expect(clock.now()).toBe(60);
  });
});

describe("which pictures are left out", () => {
  const jpeg = { type: "image/jpeg", key: true } as const;
  const key = { type: "video/h264", key: true } as const;
  const delta = { type: "video/h264", key: false } as const;

  test("one that stands by itself, when it is late, but not all of them", () => {
    const rule = new LateRule();
    expect(rule.leavesOut(jpeg, 0, 0)).toBe(false);
    expect(rule.leavesOut(jpeg, 150, 10)).toBe(false);
    expect(rule.leavesOut(jpeg, 300, 20)).toBe(true);
    expect(rule.leavesOut(jpeg, 3000, 509)).toBe(true);
    expect(rule.leavesOut(jpeg, 3000, 511)).toBe(false);
  });

  test("of those that build on each other all up to the next key frame, as the rest would be grey", () => {
    const rule = new LateRule();
    expect(rule.leavesOut(key, 0, 0)).toBe(false);
    expect(rule.leavesOut(delta, 900, 40)).toBe(false);
    expect(rule.leavesOut(delta, 1100, 80)).toBe(true);
    expect(rule.leavesOut(delta, 0, 120)).toBe(true);
    expect(rule.leavesOut(key, 0, 160)).toBe(false);
    expect(rule.leavesOut(delta, 0, 200)).toBe(false);
    // However late, from time to time a key frame is shown, and what builds on it.
    expect(rule.leavesOut(key, 5000, 240)).toBe(true);
    expect(rule.leavesOut(key, 5000, 5000)).toBe(false);
  });
});

test("after an interruption a recording goes on where it was, and what was seen live is seen live again", () => {
  const outage = { lateMs: 8000, idleMs: 7900 };
  expect(forgiven({ ...outage, behindMs: 3_600_000 })).toBe(7900);
  // Before anything was shown.
  expect(forgiven({ ...outage, behindMs: Number.POSITIVE_INFINITY })).toBe(7900);
  expect(forgiven({ ...outage, behindMs: 300 })).toBe(0);
  // A picture that was a little long on its way, and one that was not.
  expect(forgiven({ lateMs: 60, idleMs: 100, behindMs: 300 })).toBe(60);
  expect(forgiven({ lateMs: -20, idleMs: 100, behindMs: 300 })).toBe(0);
});

describe("the line below the picture", () => {
  const status: Status = { stream: "door", timestampMs: 0, fps: 24.96, dropped: 3, stopped: false, others: 0, told: "" };

  test("is as wide as the window, whatever is in it", () => {
    for (const stream of ["door", "門".repeat(100), "e\u0301".repeat(100), "👩‍👩‍👧‍👦".repeat(40), ""])
      for (const columns of [1, 5, 20, 80, 200]) expect(Bun.stringWidth(statusLine({ ...status, stream }, columns))).toBe(columns);
  });

  test("shows stream, time, rate and what was left out", () => {
    expect(statusLine(status, 120)).toMatch(/^ door {2}1970-01-0[12] \d\d:\d\d:00\.000 {2}25 fps {2}3 dropped {2}space pauses, q ends +$/);
    expect(statusLine({ ...status, stopped: true, others: 2, timestampMs: -1 }, 120)).toContain("no time  paused  3 dropped  2 other streams: --key");
    expect(statusLine({ ...status, fps: 0.5 }, 120)).toContain("0.5 fps");
    expect(statusLine({ ...status, told: "The broker is away." }, 120)).toContain("The broker is away.");
  });

  test("has nothing in it that a terminal would obey", () => {
    const hostile = "a\x1b]0;owned\x07\x1b[2J\x9b31m\r\n\u202egnp.exe\u2028\u200b\ud800z";
    for (const line of [statusLine({ ...status, stream: hostile }, 400), statusLine({ ...status, told: hostile }, 400)]) {
      expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(line).toContain("a\\x1b]0;owned\\x07");
      expect(line).toContain("\\u{202e}gnp.exe");
    }
  });
});
