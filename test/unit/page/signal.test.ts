import { describe, expect, test } from "bun:test";
import { SignalMeter } from "../../../src/page/wall/signal.ts";

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

  test("that stopped long ago is silent as soon as nothing newer follows its last frame", () => {
    const meter = new SignalMeter();
    meter.watched(startMs);
    meter.arrived(startMs - 60_000, startMs + 100);
    expect(meter.read(startMs + 200).state).toBe("waiting");
    expect(meter.read(startMs + 500)).toEqual({ state: "silent", forMs: 60_500 });
  });

  test("is not silent while what was kept of it comes, nor for the time in which nobody asked for it", () => {
    const meter = new SignalMeter();
    const nowMs = play(meter, { count: 60, everyMs: 33 });
    meter.left();
    const again = nowMs + 60_000;
    expect(meter.read(again).state).toBe("waiting");
    meter.watched(again);
    expect(meter.read(again + 100).state).toBe("waiting");
    for (let i = 0; i <= 240; i++) {
      meter.arrived(again - 8000 + i * 33, again + 200 + i);
      expect(meter.read(again + 200 + i).state).not.toBe("silent");
    }
    expect(meter.read(again + 500).state).toBe("live");
    meter.watched(again + 60_000);
    expect(meter.read(again + 64_000)).toMatchObject({ state: "silent" });
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

test("the rate is not told before a second of it was seen, and what the server had kept does not count", () => {
  const meter = new SignalMeter();
  meter.watched(startMs);
  const rateAt = (nowMs: number) => {
    const signal = meter.read(nowMs);
    return signal.state === "live" ? signal.fps : null;
  };
  // Two seconds of pictures at once, and then twenty-five a second.
  for (let i = 0; i < 50; i++) {
    meter.arrived(startMs - 2000 + i * 40, startMs + i);
    meter.painted(startMs - 2000 + i * 40, startMs + i, i < 49);
  }
  const told: (number | null)[] = [];
  for (let nowMs = startMs + 60; nowMs < startMs + 4000; nowMs += 40) {
    meter.arrived(nowMs, nowMs);
    meter.painted(nowMs, nowMs);
    told.push(rateAt(nowMs));
  }
  expect(told.slice(0, 24)).toEqual(Array(24).fill(null));
  for (const rate of told.slice(27)) expect(rate).toBeCloseTo(25, 3);
  // The broker was away: what came meanwhile comes all at once.
  for (let i = 0; i < 50; i++) {
    meter.arrived(startMs + 4000 + i * 40, startMs + 7000 + i);
    meter.painted(startMs + 4000 + i * 40, startMs + 7000 + i, i < 49);
  }
  expect(rateAt(startMs + 7060)).toBeNull();
});

test("where the viewer's clock is set forward an hour or back two, the stream is live with its delay a moment later", () => {
  const meter = new SignalMeter();
  let nowMs = startMs;
  for (const setByMs of [0, 3_600_000, -7_200_000]) {
    nowMs = play(meter, { count: 90, everyMs: 1000 / 30, delayMs: 40, fromMs: nowMs + setByMs });
    const signal = meter.read(nowMs);
    if (signal.state !== "live") throw new Error(signal.state);
    expect(signal.fps).toBeCloseTo(30, 3);
    expect(signal.delayMs).toBeCloseTo(40, 3);
  }
});
