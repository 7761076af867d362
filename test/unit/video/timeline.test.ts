import { describe, expect, test } from "bun:test";
import type { RecordedFrame } from "../../../src/video/frame.ts";
import { maxGapUs, Timeline } from "../../../src/video/output/timeline.ts";

const startMs = 1_700_000_000_000;

/** A picture at so many milliseconds of its source, captured at so many since the start. */
function frame(run: string | undefined, ptsMs: number, atMs: number, { key = true, dtsMs = ptsMs } = {}): RecordedFrame {
  const data = Buffer.from([0]);
  return {
    name: "door",
    run: run ?? "",
    timed: run !== undefined,
    timestampMs: startMs + atMs,
    frame: { type: "video/h264", data, ptsUs: ptsMs * 1000, dtsUs: dtsMs * 1000, key, width: 2, height: 2, codec: "avc1.64001f" },
  };
}

function placed(...frames: RecordedFrame[]): number[] {
  const timeline = new Timeline();
  return frames.map((each) => timeline.place(each).ptsUs / 1000);
}

describe("a recording's times", () => {
  test("begin at zero and keep the source's distances, whatever the timestamps say", () => {
    expect(placed(frame("a", 1033.333, 0), frame("a", 1066.667, 500), frame("a", 1100, 501)).map((ms) => Math.round(ms * 1000))).toEqual([0, 33_334, 66_667]);
  });

  test("go back and forth where pictures are stored out of order", () => {
    const key = { key: false };
    expect(placed(frame("a", 0, 0), frame("a", 160, 160, key), frame("a", 80, 80, key), frame("a", 40, 40, key))).toEqual([0, 160, 80, 40]);
  });

  test("have the timestamps' gap from one run to the next", () => {
    expect(placed(frame("a", 0, 0), frame("a", 40, 40), frame("b", 0, 5000), frame("b", 40, 5040))).toEqual([0, 40, 5000, 5040]);
  });

  test("keep that gap also where it is shorter than a picture of the run before, as long as nothing overlaps", () => {
    expect(placed(frame("a", 0, 0), frame("a", 100, 100), frame("b", 0, 195), frame("b", 100, 295))).toEqual([0, 100, 195, 295]);
    const delta = { key: false, dtsMs: 100 };
    expect(placed(frame("a", 0, 0), frame("a", 150, 150, delta), frame("b", 80, 170, { dtsMs: 0 }), frame("b", 120, 210))).toEqual([0, 150, 250, 290]);
  });

  test("never go back with a run that overlaps the one before: it follows a frame later", () => {
    expect(placed(frame("a", 0, 0), frame("a", 50, 50), frame("b", 0, 10), frame("b", 50, 60))).toEqual([0, 50, 100, 150]);
  });

  test("follow a source that starts over within its run", () => {
    expect(placed(frame("a", 5000, 0), frame("a", 5040, 40), frame("a", 0, 80), frame("a", 40, 120))).toEqual([0, 40, 80, 120]);
  });

  test("are the timestamps' where the source's are unknown, each later than the one before", () => {
    expect(placed(frame(undefined, 0, 0), frame(undefined, 0, 90), frame(undefined, 0, 90), frame(undefined, 0, 50), frame(undefined, 0, 200))).toEqual([
      0, 90, 91, 92, 200,
    ]);
  });

  test("a gap that is too long for an MP4 is shortened once, and what follows keeps its distance", () => {
    const timeline = new Timeline();
    const nightMs = 8 * 3_600_000;
    const times = [frame("a", 0, 0), frame("b", 0, nightMs), frame("c", 0, nightMs + 10_000), frame(undefined, 0, nightMs + 20_000)];
    expect(times.map((each) => timeline.place(each).ptsUs)).toEqual([0, maxGapUs, maxGapUs + 10e6, maxGapUs + 20e6]);
    expect(timeline.shortenedGaps).toBe(1);
  });
});
