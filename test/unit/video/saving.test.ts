import { describe, expect, test } from "bun:test";
import { KtError } from "../../../src/errors.ts";
import { safeName } from "../../../src/video/output/file-names.ts";
import { parsePattern } from "../../../src/video/output/saving.ts";

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

describe("a stream's name in a pattern", () => {
  const bytes = (text: string) => Buffer.byteLength(text);

  test.each(["{key}/%06d.jpg", "{key}-%06d.jpg", "{key}-{key}-%020d.png", "a/b-{key}/%d.jpg"])("%s: is so short that every name fits", (text) => {
    const pattern = parsePattern(text);
    for (const key of ["a".repeat(300), "ü".repeat(300), "門".repeat(300), "🚪".repeat(300), "/".repeat(100_000)])
      for (const suffix of ["", "-2", "-123456"])
        for (const number of [1, 999_999_999_999]) {
          const parts = pattern.path(pattern.word(key, suffix), number).split("/");
          expect(Math.max(...parts.map(bytes))).toBeLessThanOrEqual(255);
          expect(parts.join("/")).not.toContain("\ufffd");
        }
  });

  test("stays as it is up to the last byte that fits, and is then told apart by what was cut off", () => {
    const pattern = parsePattern("{key}/%06d.jpg");
    const fits = "a".repeat(253);
    expect(pattern.word(fits, "")).toBe(fits);
    const [one, other] = [pattern.word(`${fits}x`, ""), pattern.word(`${fits}y`, "")];
    expect(one.slice(0, 200)).toBe(fits.slice(0, 200));
    expect(one).not.toBe(other);
    expect(pattern.word(`${fits}x`, "")).toBe(one);
  });

  test("next to the number keeps away from it: picture 2 of cam1 is not picture 12 of cam", () => {
    for (const text of ["{key}%d.jpg", "%d{key}.jpg"]) {
      const pattern = parsePattern(text);
      const path = (key: string, number: number) => pattern.path(pattern.word(key, ""), number);
      expect(path("cam1", 2)).not.toBe(path("cam", 12));
      expect(path("1cam", 2)).not.toBe(path("cam", 21));
    }
    expect(parsePattern("{key}%d.jpg").path(parsePattern("{key}%d.jpg").word("cam", ""), 12)).toBe("cam12.jpg");
  });

  test("that has no room is refused as usage", () => {
    expect(() => parsePattern(`${"a".repeat(230)}{key}-%d.jpg`)).toThrow(/leaves no room for the stream's name/);
  });
});

test.each([
  ["front door", "front door"],
  ["Tür_1.2-a", "Tür_1.2-a"],
  ["../../etc/passwd", "__.._etc_passwd"],
  ["a/b\\c:d", "a_b_c_d"],
  ["..", "_"],
  [".hidden", "_hidden"],
  ["", "_"],
  [" ", "_"],
  ["a\0b\nc", "a_b_c"],
  ["cam.", "cam_"],
  ["NUL", "NUL_"],
  ["con.1", "con_.1"],
  ["console", "console"],
  ["0x80ff", "0x80ff"],
])("the stream '%s' is '%s' in a path", (name, safe) => {
  expect(safeName(name)).toBe(safe);
});
