import { expect, test } from "bun:test";
import { nameOf } from "../../../../src/format/detections/frame-name.ts";
import { BoxStore } from "../../../../src/page/boxes/box-store.ts";
import type { Detected } from "../../../../src/protocol/server-message.ts";

const frameAt = (sequence: number) => ({ partition: 0, offset: sequence * 2, timestampMs: 1000 + sequence * 40, runHash: 5, sequence });

function seen(sequence: number, offset: number, more: Partial<Detected> = {}): Detected {
  const object = { label: "car", score: 1, box: [0, 0, 1, 1] as const, points: null, closed: false, id: null, color: null, text: null };
  const base = { topic: "seen", partition: 0, offset, timestampMs: 9_999_999, name: nameOf({ runHash: 5, sequence }) };
  return { ...base, size: [1, 1], objects: [object], text: null, left: 0, partial: false, timeMs: null, ...more };
}

test("has what was seen in a picture, and nothing for those beside it", () => {
  const store = new BoxStore();
  store.add(seen(3, 0), true);
  expect(store.of(frameAt(3))).toHaveLength(1);
  expect(store.of(frameAt(2))).toEqual([]);
  expect(store.of(frameAt(4))).toEqual([]);
});

test("a picture that was looked at again is as it was seen last, also where the log tells it in another order", () => {
  for (const offsets of [
    [1, 8],
    [8, 1],
  ]) {
    const store = new BoxStore();
    for (const offset of offsets) store.add(seen(3, offset), false);
    expect(store.of(frameAt(3)).map(({ offset }) => offset)).toEqual([8]);
  }
});

test("two topics, and records of one object each, add up", () => {
  const store = new BoxStore();
  store.add(seen(3, 0), false);
  store.add(seen(3, 0, { topic: "other" }), false);
  for (const offset of [1, 2, 2]) store.add(seen(3, offset, { topic: "full", partial: true }), false);
  expect(store.of(frameAt(3)).map(({ topic }) => topic)).toEqual(["seen", "other", "full", "full"]);
});

test("the lag is from picture to picture, whatever the detection's own time", () => {
  const store = new BoxStore();
  for (const sequence of [1, 2, 3, 4, 5]) store.shown(frameAt(sequence));
  store.add(seen(2, 0), true);
  expect(store.lagMs(frameAt(5))).toBe(120);
});

test("is bounded, and says what it forgot", () => {
  const store = new BoxStore();
  const gone: string[] = [];
  store.onForget = (name) => gone.push(name);
  for (let sequence = 0; sequence < 5000; sequence++) store.add(seen(sequence, sequence), true);
  expect(gone).toHaveLength(1000);
  expect(store.of(frameAt(999))).toEqual([]);
  expect(store.of(frameAt(1000))).toHaveLength(1);
});

test("what is seen again and again in the same pictures forgets no others", () => {
  const store = new BoxStore();
  const objects = Array.from({ length: 2000 }, () => ({ ...seen(0, 0).objects[0], box: [0, 0, 1, 1] as const })) as Detected["objects"];
  store.add(seen(1, 0), false);
  for (let offset = 1; offset <= 400; offset++) store.add(seen(2, offset, { objects }), false);
  expect(store.of(frameAt(1))).toHaveLength(1);
  // And records of one picture without end are no more than can be drawn.
  for (let offset = 0; offset < 5000; offset++) store.add(seen(3, offset, { partial: true }), false);
  expect(store.of(frameAt(3))).toHaveLength(2000);
});

test("trails are of the tracks that are asked for, of some of the pictures before, in order", () => {
  const store = new BoxStore();
  const tracked = (sequence: number) => {
    const [object] = seen(0, 0).objects;
    const objects = ["7", "8"].map((id) => ({ ...object, id, box: [sequence / 100, 0, 0.02, 0.5] as const })) as Detected["objects"];
    return seen(sequence, sequence, { objects, timestampMs: 1000 + sequence * 40 });
  };
  for (const sequence of [4, 3, 2, 1, 0, 50, 49, 60]) store.add(tracked(sequence), false);
  const trails = store.trails(1000 + 50 * 40, 1920, new Set(["7"]));
  expect([...trails]).toEqual([["car 7", [2, 3, 49, 50].map((sequence) => [sequence / 100 + 0.01, 0.5])]]);
});
