import { expect, test } from "bun:test";
import { finderOf, type Wanted } from "../../../src/hub/search/wanted.ts";
import { batchOf } from "../batches.ts";

const bytes = (text: string | null | undefined) => (text === null || text === undefined ? null : Buffer.from(text));
const records: { key?: string | null; value: string | null; headers?: [string, Uint8Array | null][] }[] = [
  { key: "door", value: "open" },
  { key: "window", value: "door open door" },
  { key: null, value: null },
  { key: "do", value: "or" },
  { key: "x", value: "none", headers: [["door", Buffer.from("door")]] },
  { key: "", value: "" },
  { key: "door", value: null },
  { key: "bin", value: "\u0000door-17\u0000" },
];
const batch = () => batchOf(...records.map(({ key, value, headers = [] }, offset) => ({ offset, key: bytes(key), value: bytes(value), headers })));

function found(wanted: Partial<Wanted>, of = batch()): number[] {
  return finderOf({ key: undefined, header: undefined, contains: undefined, pattern: undefined, ...wanted })(of);
}

test("a text is found in the key or in the value, and neither across the two nor in a header", () => {
  expect(found({ contains: Buffer.from("door") })).toEqual([0, 1, 6, 7]);
  expect(found({ contains: Buffer.from("doo") })).toEqual([0, 1, 6, 7]);
  // Of one and two bytes each record is looked at.
  expect(found({ contains: Buffer.from("o") })).toEqual([0, 1, 3, 4, 6, 7]);
  expect(found({ contains: Buffer.from("nowhere") })).toEqual([]);
});

test("a key is the whole key", () => {
  expect(found({ key: Buffer.from("door") })).toEqual([0, 6]);
  expect(found({ key: Buffer.from("") })).toEqual([5]);
  expect(found({ key: Buffer.from("x") })).toEqual([4]);
});

test("a regular expression is of the value", () => {
  expect(found({ pattern: "door" })).toEqual([1, 7]);
  expect(found({ pattern: "door-\\d+" })).toEqual([7]);
  expect(found({ pattern: "(?i)OPEN$" })).toEqual([0]);
  expect(found({ pattern: "^$" })).toEqual([5]);
});

test("all that is wanted must be so", () => {
  expect(found({ key: Buffer.from("door"), contains: Buffer.from("open") })).toEqual([0]);
  expect(found({ contains: Buffer.from("window"), pattern: "door open" })).toEqual([1]);
  expect(found({ header: { name: "door", value: undefined } })).toEqual([4]);
  expect(found({ header: { name: "door", value: Buffer.from("x") } })).toEqual([]);
  expect(found({})).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test("of a batch that was cut, what is left is looked through", () => {
  const cut = batch();
  cut.filter((index) => index === 0 || index >= 6);
  expect(found({ contains: Buffer.from("door") }, cut)).toEqual([0, 1, 2]);
  cut.filter(() => false);
  expect(found({ contains: Buffer.from("door") }, cut)).toEqual([]);
});
