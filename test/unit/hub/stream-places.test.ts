import { expect, test } from "bun:test";
import { mergeStreamPlaces, readStreamPlaces, writeStreamPlaces } from "../../../src/hub/places/stream-places.ts";

test("the places of streams are read as they were written, whatever the streams are called", () => {
  const places = new Map([
    ["door", 12],
    ["", 0],
    ['Tür "2" \u0000\n', 2 ** 53 - 1],
    ["__proto__", 7],
  ]);
  expect(readStreamPlaces(writeStreamPlaces(places))).toEqual(places);
  expect(writeStreamPlaces(new Map())).toBe("");
});

test("of more than a broker keeps, those that moved last stay", () => {
  const places = new Map(Array.from({ length: 1000 }, (_, i): [string, number] => [`kamera-ü-${i}`, 1_000_000 + i]));
  const text = writeStreamPlaces(mergeStreamPlaces(places, new Map([["kamera-ü-3", 5]])));
  expect(Buffer.byteLength(text)).toBeWithin(3900, 4097);
  const kept = readStreamPlaces(text);
  expect(kept.get("kamera-ü-3")).toBe(5);
  expect(kept.get("kamera-ü-999")).toBe(1_000_999);
  expect(kept.has("kamera-ü-0")).toBe(false);
  // One that is larger than all the room is left out by itself.
  const large = new Map([
    ["door", 2],
    ["x".repeat(5000), 1],
  ]);
  expect(readStreamPlaces(writeStreamPlaces(large))).toEqual(new Map([["door", 2]]));
});

test.each([undefined, "", "checkpoint 7", "null", "[]", '{"kt":{}}', '{"kt":[["a"],["b","1"],7,["c",1.5]]}'])(
  "%s, of another program, is no places",
  (text) => {
    expect(readStreamPlaces(text)).toEqual(new Map());
  },
);
