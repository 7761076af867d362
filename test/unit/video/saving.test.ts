import { describe, expect, test } from "bun:test";
import { KtError } from "../../../src/errors.ts";
import { parsePattern, safeName } from "../../../src/video/saving.ts";

describe("a pattern", () => {
  test.each([
    ["frames/%06d.jpg", "frames/000007.jpg"],
    ["%d.png", "7.png"],
    ["%3d.jpeg", "007.jpeg"],
    ["{key}/%02d-{key}.JPG", "door/07-door.JPG"],
    ["100% {key} %d.jpg", "100% door 7.jpg"],
  ])("%s", (pattern, path) => {
    expect(parsePattern(pattern).path("door", 7)).toBe(path);
  });

  test("takes nothing in a stream's name for a place of its own", () => {
    expect(parsePattern("{key}-%d.jpg").path("%d{key}$1", 7)).toBe("%d{key}$1-7.jpg");
  });

  test.each(["frames/%06d.gif", "frames/%06d", "frames/one.jpg", "%d/%d.jpg", ""])("'%s' is refused as usage", (pattern) => {
    const thrown = (() => {
      try {
        return parsePattern(pattern);
      } catch (error) {
        return error as KtError;
      }
    })();
    expect(thrown).toBeInstanceOf(KtError);
    expect((thrown as KtError).exitCode).toBe(2);
  });
});

test.each([
  ["front door", "front door"],
  ["Tür_1.2-a", "Tür_1.2-a"],
  ["../../etc/passwd", "__.._etc_passwd"],
  ["a/b\\c:d", "a_b_c_d"],
  ["..", "_"],
  ["", "_"],
])("the stream '%s' is '%s' in a path", (name, safe) => {
  expect(safeName(name)).toBe(safe);
});
