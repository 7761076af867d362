import { expect, test } from "bun:test";
import { Hold } from "../../../../src/page/boxes/hold.ts";
import { type FrameHead, frameFlags } from "../../../../src/protocol/frame-head.ts";

function held(type: FrameHead["type"] = "image/jpeg") {
  const shown: [offset: number, onTheWay: boolean][] = [];
  const known = new Set<number>();
  let answered = 0;
  const hold = new Hold(
    ({ offset, flags }) => shown.push([offset, (flags & frameFlags.behind) !== 0]),
    ({ offset }) => known.has(offset),
  );
  const head = (offset: number): FrameHead => ({
    tile: 1,
    type,
    flags: 0,
    dropped: 0,
    timestampMs: offset,
    offset,
    partition: 0,
    reorderUs: 0,
    runHash: 0,
    sequence: offset,
  });
  const come = (offset: number, nowMs: number, longestMs = 1000) => hold.receive(head(offset), new Uint8Array(10), () => answered++, nowMs, longestMs);
  return { hold, shown, known, come, answered: () => answered };
}

test("a picture waits until it is known what was seen in it, and is answered at once", () => {
  const { hold, shown, known, come, answered } = held();
  come(1, 0);
  come(2, 40);
  expect({ shown, answered: answered() }).toEqual({ shown: [], answered: 2 });
  known.add(1);
  hold.look(150, 1000);
  expect(shown).toEqual([[1, false]]);
  expect(hold.delayMs).toBe(150);
});

test("what the detector left out is passed over: JPEG is not shown, H.264 is decoded on the way", () => {
  for (const [type, wanted] of [
    ["image/jpeg", [[3, false]]],
    [
      "video/h264",
      [
        [1, true],
        [2, true],
        [3, false],
      ],
    ],
  ] as const) {
    const { hold, shown, known, come } = held(type);
    for (const offset of [1, 2, 3, 4]) come(offset, offset * 40);
    known.add(3);
    hold.look(300, 1000);
    expect(shown).toEqual(wanted as never);
    expect(hold.count).toBe(1);
  }
});

test("none waits longer than was chosen", () => {
  const { hold, shown, come } = held();
  come(1, 0);
  come(2, 400);
  expect(hold.look(900, 1000)).toBe(100);
  expect(hold.look(1000, 1000)).toBe(400);
  expect(shown).toEqual([[1, false]]);
});

test("without a hold all goes through, and what waited first", () => {
  const { shown, come } = held();
  come(1, 0, 1000);
  come(2, 40, 0);
  expect(shown).toEqual([
    [1, false],
    [2, false],
  ]);
});
