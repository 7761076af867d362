import { describe, expect, test } from "bun:test";
import { KtError } from "../../../src/errors.ts";
import { recordFilter, type Wanted } from "../../../src/format/filter.ts";
import { batchOf } from "../batches.ts";

const bytes = (text: string) => Buffer.from(text);
const batch = batchOf(
  { key: bytes("a"), value: bytes("Error: größer"), headers: [["h", bytes("1")]] },
  {
    key: bytes("ab"),
    value: bytes("all is well\nerror"),
    headers: [
      ["h", bytes("2")],
      ["g", null],
    ],
  },
  { key: bytes(""), value: null, headers: [["hh", bytes("1")]] },
  { value: Buffer.from([0xff, 0x45]) },
);

function kept(wanted: Partial<Wanted>): number[] {
  const filter = recordFilter({ key: undefined, headers: [], grep: undefined, ...wanted });
  return [0, 1, 2, 3].filter((index) => filter?.(batch, index) ?? true);
}

test("nothing asked for keeps all, without looking", () => expect(recordFilter({ key: undefined, headers: [], grep: undefined })).toBeUndefined());

test("a key is the whole key; an empty one is not null", () => {
  expect(kept({ key: bytes("a") })).toEqual([0]);
  expect(kept({ key: bytes("") })).toEqual([2]);
});

test("headers: a name, a name with its value, and all that are given", () => {
  expect(kept({ headers: [{ name: "h", value: undefined }] })).toEqual([0, 1]);
  expect(kept({ headers: [{ name: "h", value: bytes("2") }] })).toEqual([1]);
  expect(
    kept({
      headers: [
        { name: "h", value: bytes("1") },
        { name: "g", value: undefined },
      ],
    }),
  ).toEqual([]);
  expect(kept({ headers: [{ name: "g", value: bytes("") }] })).toEqual([]);
});

describe("--grep", () => {
  test.each([
    ["Error", [0]],
    ["größer", [0]],
    ["(?i)ERROR", [0, 1]],
    ["^all.*error$", [1]],
    ["r{2}or", [0, 1]],
    ["E$", [3]],
    ["", [0, 1, 3]],
  ])("%s", (grep, expected) => expect(kept({ grep })).toEqual(expected));

  test("that is no expression is refused", () => expect(() => kept({ grep: "(" })).toThrow(KtError));
});
