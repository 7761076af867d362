import { describe, expect, test } from "bun:test";
import { SignalMeter } from "../../../src/page/signal.ts";

const startMs = 1_700_000_000_000;

/** Frames that arrive and are painted with the same delay. */
function play(
  meter: SignalMeter,
  { count, everyMs, delayMs = 40, fromMs = startMs }: { count: number; everyMs: number; delayMs?: number; fromMs?: number },
): number {
  let nowMs = fromMs;
  for (let i = 0; i < count; i++) {
    nowMs = fromMs + i * everyMs;
    meter.arrived(nowMs - delayMs, nowMs);
    meter.painted(nowMs - delayMs, nowMs);
  }
  return nowMs;
}

describe("a stream", () => {
  test("is waited for until something comes", () => {
    expect(new SignalMeter().read(startMs)).toEqual({ state: "waiting" });
  });

  test("is live, with the rate and the delay that the viewer has", () => {
    const meter = new SignalMeter();
    const nowMs = play(meter, { count: 90, everyMs: 1000 / 30, delayMs: 40 });
    const signal = meter.read(nowMs);
    if (signal.state !== "live") throw new Error(signal.state);
    expect(signal.fps).toBeCloseTo(30, 3);
    expect(signal.delayMs).toBeCloseTo(40, 3);
  });

  test("is silent after three seconds without a frame", () => {
    const meter = new SignalMeter();
    const nowMs = play(meter, { count: 60, everyMs: 33 });
    expect(meter.read(nowMs + 2900).state).toBe("live");
    expect(meter.read(nowMs + 3100)).toEqual({ state: "silent", forMs: 3100 });
  });

  test("that sends a frame every ten seconds is not silent after nine", () => {
    const meter = new SignalMeter();
    const nowMs = play(meter, { count: 3, everyMs: 10_000 });
    expect(meter.read(nowMs + 9000).state).toBe("live");
    expect(meter.read(nowMs + 31_000).state).toBe("silent");
  });

  test("of which nothing can be shown is silent for as long as its last record is old, once that was waited for", () => {
    const meter = new SignalMeter();
    meter.seen(startMs - 3600_000);
    meter.watched(startMs);
    expect(meter.read(startMs + 1000)).toEqual({ state: "waiting" });
    expect(meter.read(startMs + 3000)).toEqual({ state: "silent", forMs: 3_603_000 });
    // What has come since is not told at once.
    meter.seen(startMs);
    expect(meter.read(startMs + 6000)).toEqual({ state: "waiting" });
  });

  test("that stopped long ago is silent at once, though its last frame has just come", () => {
    const meter = new SignalMeter();
    meter.watched(startMs);
    meter.arrived(startMs - 60_000, startMs + 100);
    expect(meter.read(startMs + 200)).toEqual({ state: "silent", forMs: 60_200 });
  });

  test("that ended has ended, until it goes on", () => {
    const meter = new SignalMeter();
    const nowMs = play(meter, { count: 60, everyMs: 33 });
    meter.ended(nowMs);
    expect(meter.read(nowMs + 10_000)).toEqual({ state: "ended", forMs: 10_000 });
    meter.arrived(nowMs + 10_000, nowMs + 10_040);
    expect(meter.read(nowMs + 10_050).state).toBe("live");
  });

  test("that cannot be shown says why, until it can", () => {
    const meter = new SignalMeter();
    meter.arrived(startMs, startMs);
    meter.broken("no decoder");
    expect(meter.read(startMs + 10)).toEqual({ state: "broken", why: "no decoder" });
    meter.painted(startMs, startMs + 20);
    expect(meter.read(startMs + 30).state).toBe("live");
  });
});

test("what could never be shown says why, however long ago it came, until something is painted", () => {
  const meter = new SignalMeter();
  meter.broken("A picture of 15000x15000 is too large to be shown");
  expect(meter.read(1000)).toEqual({ state: "broken", why: "A picture of 15000x15000 is too large to be shown" });
  meter.watched(1000);
  meter.arrived(0, 1000);
  expect(meter.read(1_000_000).state).toBe("broken");
  meter.painted(0, 1000);
  expect(meter.read(1_000_000).state).toBe("silent");
});
