import { describe, expect, test } from "bun:test";
import { readSubject, sameSubject, writeSubject } from "../../../src/page/subject.ts";

describe("an address", () => {
  test.each([
    ["a stream", { topic: "cameras", key: "door" }],
    ["a stream without a key", { topic: "cameras", key: "" }],
    ["a topic's records", { topic: "scores", key: null }],
    ["a stream with a name that needs care", { topic: "a.b_c-d", key: "Tür 1/2 #?%&+" }],
  ])("of %s leads back to it", (_, subject) => {
    expect(readSubject(writeSubject(subject))).toEqual(subject);
  });

  test("looks as it is documented", () => {
    expect(writeSubject({ topic: "cameras", key: "door" })).toBe("#/cameras/door");
    expect(writeSubject({ topic: "cameras", key: "" })).toBe("#/cameras/");
    expect(writeSubject({ topic: "scores", key: null })).toBe("#/scores");
  });

  test.each(["", "#", "#/", "#door", "#/a/b/c", "#/%", "#/a/%E0%A4%A"])("'%s' leads to the wall", (hash) => {
    expect(readSubject(hash)).toBeNull();
  });
});

test("a stream without a key is not its topic's records", () => {
  const [stream, records] = [
    { topic: "a", key: "" },
    { topic: "a", key: null },
  ];
  expect(sameSubject(stream, records)).toBe(false);
  expect(sameSubject(stream, { ...stream })).toBe(true);
  expect(sameSubject(null, null)).toBe(true);
  expect(sameSubject(null, records)).toBe(false);
});
