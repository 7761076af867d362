import { expect, test } from "bun:test";
import { HeldBack } from "../../../src/hub/log/held-back.ts";

test("what came counts after a while, the newest of it, and nothing is left over", async () => {
  const taken: number[] = [];
  const held = new HeldBack<number>(30, (value) => taken.push(value));
  for (let value = 0; value < 5; value++) held.push(value);
  expect(taken).toEqual([]);
  await Bun.sleep(60);
  expect(taken.at(-1)).toBe(4);
  held.push(5);
  await Bun.sleep(60);
  expect(taken.at(-1)).toBe(5);
});

test("what has not counted when it is closed never does", async () => {
  const taken: number[] = [];
  const held = new HeldBack<number>(30, (value) => taken.push(value));
  held.push(1);
  held.close();
  await Bun.sleep(60);
  expect(taken).toEqual([]);
});
