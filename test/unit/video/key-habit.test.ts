import { expect, test } from "bun:test";
import { KeyHabit } from "../../../src/video/key-habit.ts";

function habitOf(count: number, key: (i: number) => string, named = false): KeyHabit {
  const habit = new KeyHabit();
  for (let i = 0; i < count; i++) habit.add(key(i), named);
  return habit;
}

const frame = (i: number) => `frame-${i}`;

test("each picture has a key of its own, where hardly any has that of another", () => {
  expect(habitOf(200, frame).isOwn).toBe(true);
  // A frame that was sent twice.
  expect(habitOf(200, (i) => frame(i % 20 === 0 ? 0 : i)).isOwn).toBe(true);
});

test("keys that come again name streams, be they many", () => {
  for (const streams of [2, 16, 60]) {
    const habit = habitOf(4 * streams, (i) => `cam${i % streams}`);
    expect([streams, habit.isOwn, habit.isNamed]).toEqual([streams, false, true]);
  }
});

test("few pictures tell nothing: each may be a camera's first", () => {
  const habit = habitOf(32, (i) => `cam${i}`);
  expect([habit.isOwn, habit.isNamed]).toEqual([false, false]);
});

test("whoever names streams, or leaves the key out, has no keys for pictures", () => {
  expect(habitOf(200, frame, true).isOwn).toBe(false);
  expect(habitOf(200, (i) => (i === 7 ? "" : frame(i))).isOwn).toBe(false);
});

test("what a producer does now counts for more than what it did", () => {
  const habit = habitOf(2000, frame);
  for (let i = 0; i < 2000; i++) habit.add(`cam${i % 4}`, false);
  expect(habit.isOwn).toBe(false);
  for (let i = 0; i < 4000; i++) habit.add(frame(i), false);
  expect(habit.isOwn).toBe(true);
});
