import { expect, test } from "bun:test";
import { nearest } from "../../src/cli/nearest.ts";

const commands = ["topic create", "topic list", "topic describe", "produce", "consume", "emit-video", "serve", "topic"];

test.each([
  ["prodce", "produce"],
  ["consmue", "consume"],
  ["emit", "emit-video"],
  ["topics", "topic"],
  ["topic lsit", "topic list"],
  ["server", "serve"],
])("'%s' most likely means '%s'", (typed, meant) => {
  expect(nearest(typed, commands)).toBe(meant);
});

test.each(["xyzzyplugh", "delete", "--"])("'%s' is near to nothing", (typed) => {
  expect(nearest(typed, commands)).toBeUndefined();
});

test("two neighbours swapped are nearer than two letters changed", () => {
  expect(nearest("from", ["farm", "form"])).toBe("form");
});
