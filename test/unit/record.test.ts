import { describe, expect, test } from "bun:test";
import { KtError } from "../../src/errors.ts";
import { headerText, parsePosition, parsePositions, positionIn } from "../../src/record.ts";

describe("a position", () => {
  test.each([
    ["start", { at: "start" }],
    ["beginning", { at: "start" }],
    ["earliest", { at: "start" }],
    ["end", { at: "end" }],
    ["latest", { at: "end" }],
    ["live", { at: "end" }],
    ["resume", { at: "resume" }],
    ["stored", { at: "resume" }],
    ["0", { at: "offset", offset: 0 }],
    ["42", { at: "offset", offset: 42 }],
    ["-1", { at: "tail", count: 1 }],
    ["-10", { at: "tail", count: 10 }],
    ["@0", { at: "time", timeMs: 0 }],
    ["@1700000000000", { at: "time", timeMs: 1_700_000_000_000 }],
    ["@2026-01-31T12:00:00Z", { at: "time", timeMs: Date.UTC(2026, 0, 31, 12) }],
    ["@2026-01-31T12:00:00.250+02:00", { at: "time", timeMs: Date.UTC(2026, 0, 31, 10, 0, 0, 250) }],
    ["@2026-01-31", { at: "time", timeMs: Date.UTC(2026, 0, 31) }],
  ] as const)("%s", (text, position) => {
    expect(parsePosition(text)).toEqual(position);
  });

  test.each(["", " ", "soon", "1.5", "1e3", "+5", " 5", "5 ", "-0", "--1", "@", "@soon", "START", "@2026-13-01T00:00:00Z"])("'%s' is none", (text) => {
    expect(() => parsePosition(text)).toThrow(KtError);
    expect(() => parsePosition(text)).toThrow(`'${text}' is not a position`);
  });

  // Date.parse takes these for some day in 2001, or for the third of March.
  test.each(["@-5", "@ 1", "@yesterday 5", "@2026-02-31"])("'%s' is no time, rather than some other time", (text) => {
    expect(() => parsePosition(text)).toThrow(KtError);
  });

  test("an offset is exact or refused", () => {
    expect(parsePosition("9007199254740991")).toEqual({ at: "offset", offset: Number.MAX_SAFE_INTEGER });
    expect(() => parsePosition("99999999999999999999")).toThrow(KtError);
  });

  test("the error says what can be given, and ends with 2", () => {
    expect.assertions(6);
    try {
      parsePosition("soon");
    } catch (thrown) {
      expect(KtError.from(thrown)).toMatchObject({ code: "usage", exitCode: 2 });
      for (const form of ["start", "end", "42", "-10", "@2026-01-31T12:00:00Z"]) expect(KtError.from(thrown).sentence).toContain(form);
    }
  });
});

test("a time from now is told from this machine's clock", () => {
  for (const [text, fromNowMs] of [
    ["@-1h", -3_600_000],
    ["@-1.5s", -1500],
    ["@+2d", 172_800_000],
  ] as const) {
    const position = parsePosition(text);
    expect(position.at === "time" && Math.abs(position.timeMs - Date.now() - fromNowMs)).toBeLessThan(1000);
  }
  for (const text of ["@-1", "@-h", "@1h", "@-1y"]) expect(() => parsePosition(text)).toThrow(KtError);
});

describe("places", () => {
  test("are one position for all, or some by partition", () => {
    const start = { at: "start" } as const;
    expect(positionIn(parsePositions("-5", start), 3)).toEqual({ at: "tail", count: 5 });
    const some = parsePositions("0=100,2=end", start);
    expect([0, 1, 2].map((partition) => positionIn(some, partition))).toEqual([{ at: "offset", offset: 100 }, start, { at: "end" }]);
  });

  test.each(["0=", "=5", "a=5", "0=100,end", "0=soon", "-1=5"])("'%s' are none", (text) => {
    expect(() => parsePositions(text, { at: "start" })).toThrow(KtError);
  });
});

describe("a header's text", () => {
  const headers = [
    { name: "a", value: Buffer.from("é") },
    { name: "a", value: Buffer.from("second") },
    { name: "none", value: null },
    { name: "empty", value: Buffer.alloc(0) },
  ];

  test("is that of the first header of the name", () => {
    expect(headerText(headers, "a")).toBe("é");
  });

  test("is undefined where there is none, and empty where it is empty", () => {
    expect(headerText(headers, "b")).toBeUndefined();
    expect(headerText(headers, "A")).toBeUndefined();
    expect(headerText(headers, "none")).toBeUndefined();
    expect(headerText(headers, "empty")).toBe("");
  });

  test("is read from a view into larger bytes", () => {
    expect(headerText([{ name: "a", value: new Uint8Array(Buffer.from("xxabcxx")).subarray(2, 5) }], "a")).toBe("abc");
  });
});
