import { expect, test } from "bun:test";
import { Cameras } from "../../../../src/http/take/cameras.ts";

test("one camera at a time sends a stream: the same one comes again, and another one only when that is silent", () => {
  const cameras = new Cameras();
  const displaced: string[] = [];
  const camera = (id: string, heardMs: number, name = id) => ({ id, heardMs, displaced: () => void displaced.push(name) });
  const giveFirst = cameras.begin("t", "door", camera("a", 0, "first"), 0);
  expect(cameras.begin("t", "door", camera("b", 10), 10)).toBeUndefined();
  expect(cameras.begin("t", "yard", camera("b", 10), 10)).toBeFunction();
  // Its connection was lost, and it has come again: what was left of the other is put away, and takes nothing with it.
  cameras.begin("t", "door", camera("a", 20, "second"), 20);
  expect(displaced).toEqual(["first"]);
  giveFirst?.();
  expect(cameras.of("t", "door", 20)?.id).toBe("a");
  // Switched off, it says nothing any more.
  expect(cameras.begin("t", "door", camera("b", 15_000), 15_000)).toBeUndefined();
  expect(cameras.of("t", "door", 15_021)).toBeUndefined();
  const give = cameras.begin("t", "door", camera("b", 15_021), 15_021);
  expect([displaced, cameras.of("t", "door", 15_021)?.id]).toEqual([["first", "second"], "b"]);
  give?.();
  expect(cameras.of("t", "door", 15_021)).toBeUndefined();
});
