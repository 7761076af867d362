import { expect, test } from "bun:test";
import { readTopicsPlace, writeTopicsPlace } from "../../../src/page/topics/place.ts";

test.each([
  ["#topics", null, "records", ""],
  ["#topics?find=a%2Fb", null, "records", "find=a%2Fb"],
  ["#topics/a%2Fb", "a/b", "records", ""],
  ["#topics/t?from=-5", "t", "records", "from=-5"],
  ["#topics/t/groups", "t", "groups", ""],
  ["#topics/t/nonsense", "t", "records", ""],
  ["#topics/100%", "100%", "records", ""],
] as const)("%s is read", (hash, topic, tab, query) => {
  const place = readTopicsPlace(hash);
  expect([place?.topic, place?.tab, place?.query.toString()]).toEqual([topic, tab, query]);
});

test.each(["", "#", "#/topics", "#/topics/a", "#topicsextra"])("%p is another place", (hash) => {
  expect(readTopicsPlace(hash)).toBeNull();
});

test("what is written is read again", () => {
  const place = { topic: "ä/b?c#d", tab: "groups", query: new URLSearchParams({ q: "1&2" }) } as const;
  expect(readTopicsPlace(writeTopicsPlace(place))).toEqual(place);
});
