import { describe, expect, test } from "bun:test";
import { readPlace, samePlace, writePlace } from "../../../src/page/place.ts";

describe("an address", () => {
  test.each([
    ["a stream", { topic: "cameras", key: "door" }],
    ["a stream without a key", { topic: "cameras", key: "" }],
    ["a topic's records", { topic: "scores", key: null }],
    ["a stream with a name that needs care", { topic: "a.b_c-d", key: "Tür 1/2 #?%&+" }],
  ])("of %s leads back to it", (_, place) => {
    expect(readPlace(writePlace(place))).toEqual(place);
  });

  test("looks as it is documented", () => {
    expect(writePlace({ topic: "cameras", key: "door" })).toBe("#/cameras/door");
    expect(writePlace({ topic: "cameras", key: "" })).toBe("#/cameras/");
    expect(writePlace({ topic: "scores", key: null })).toBe("#/scores");
  });

  test.each(["", "#", "#/", "#door", "#/a/b/c", "#/%", "#/a/%E0%A4%A"])("'%s' leads to the wall", (hash) => {
    expect(readPlace(hash)).toBeNull();
  });
});

test("a stream without a key is not its topic's records", () => {
  const [stream, records] = [
    { topic: "a", key: "" },
    { topic: "a", key: null },
  ];
  expect(samePlace(stream, records)).toBe(false);
  expect(samePlace(stream, { ...stream })).toBe(true);
  expect(samePlace(null, null)).toBe(true);
  expect(samePlace(null, records)).toBe(false);
});
