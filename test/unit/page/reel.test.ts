import { describe, expect, test } from "bun:test";
import type { Piece } from "../../../src/page/connection.ts";
import { Reel } from "../../../src/page/rewind/reel.ts";

interface Given {
  at: number;
  key?: boolean;
  run?: string;
  bytes?: number;
}

let offset = 0;
function piece(frames: Given[], ends: Partial<Piece> = {}): Piece {
  return {
    first: false,
    last: false,
    timeMs: null,
    gap: null,
    ...ends,
    frames: frames.map(({ at, key = false, run = "a", bytes = 10 }) => ({
      partition: 0,
      offset: offset++,
      timestampMs: at,
      type: "video/h264",
      key,
      run,
      sequence: null,
      bytes,
      data: new Uint8Array(bytes),
    })),
  };
}

const times = (reel: Reel) => {
  const all: number[] = [];
  for (let frame = reel.at(Number.NEGATIVE_INFINITY); frame; frame = reel.beside(frame, 1)) all.push(frame.timestampMs);
  return all;
};

describe("a reel", () => {
  test("shows frames by their time, and decodes them in the order of the log", () => {
    const reel = new Reel();
    reel.append(piece([{ at: 0, key: true }, { at: 120 }, { at: 40 }, { at: 80 }]));
    reel.append(piece([{ at: 160, key: true }, { at: 240 }, { at: 200 }], { last: true }));
    expect(times(reel)).toEqual([0, 40, 80, 120, 160, 200, 240]);
    expect(reel.at(100)?.timestampMs).toBe(80);
    expect(reel.at(-5)?.timestampMs).toBe(0);
    expect(reel.at(9999)?.timestampMs).toBe(240);
    const last = reel.at(200);
    expect(last && reel.frame(reel.group(last))?.timestampMs).toBe(160);
    expect([reel.atStart, reel.atEnd]).toEqual([false, true]);
  });

  test("grows at its beginning without a frame losing its place", () => {
    const reel = new Reel();
    reel.append(piece([{ at: 400, key: true }, { at: 440 }]));
    const before = reel.at(440);
    reel.prepend(piece([{ at: 0, key: true }, { at: 40 }], { first: true }));
    expect(times(reel)).toEqual([0, 40, 400, 440]);
    expect(before && reel.frame(before.index)).toBe(before);
    expect(reel.at(40)?.index).toBe(-1);
    expect(reel.atStart).toBe(true);
  });

  test("keeps runs apart whose times overlap", () => {
    const reel = new Reel();
    reel.append(piece([{ at: 0, key: true }, { at: 1000 }, { at: 500, key: true, run: "b" }, { at: 1500, run: "b" }]));
    expect(times(reel)).toEqual([0, 1000, 500, 1500]);
  });

  test("forgets whole groups far from what is shown, on the side that is longer", () => {
    const reel = new Reel();
    const megabytes = 8 << 20;
    const group = (from: number) => [
      { at: from, key: true, bytes: megabytes },
      { at: from + 40, bytes: megabytes },
    ];
    for (const from of [0, 100, 200, 300, 400]) reel.append(piece(group(from)));
    const shown = reel.at(440);
    if (shown) reel.trim(shown);
    expect(reel.bytes).toBeLessThanOrEqual(48 << 20);
    expect(times(reel)).toEqual([200, 240, 300, 340, 400, 440]);
    expect(reel.first?.key).toBe(true);
    for (const from of [100, 0]) reel.prepend(piece(group(from)));
    const first = reel.at(0);
    if (first) reel.trim(first);
    expect(times(reel)).toEqual([0, 40, 100, 140, 200, 240]);
    expect(reel.atEnd).toBe(false);
  });
});

test("a reel says between which of its pictures a time lies at which nothing was recorded", () => {
  const reel = new Reel();
  const times = [1000, 1040, 1080, 1120, 60_000, 60_040, 60_080];
  reel.append(piece(times.map((at) => ({ at, key: true }))));
  const gapAt = (timeMs: number, nowMs = 1_000_000) => {
    const frame = reel.at(timeMs);
    return frame && reel.gapAt(timeMs, frame, nowMs);
  };
  expect(gapAt(1060)).toBeNull();
  expect(gapAt(1120)).toBeNull();
  expect(gapAt(30_000)).toEqual({ fromMs: 1120, toMs: 60_000 });
  // What comes after is not known, and neither what was before.
  expect([gapAt(70_000), gapAt(10)]).toEqual([null, null]);
  reel.atStart = reel.atEnd = true;
  expect(gapAt(70_000)).toEqual({ fromMs: 60_080, toMs: null });
  expect(gapAt(70_000, 61_000)).toBeNull();
  expect(gapAt(-5000)).toEqual({ fromMs: null, toMs: 1000 });
});
