import { describe, expect, test } from "bun:test";
import type { Detections } from "../../../src/format/detections/detections.ts";
import { mostDetectionBytes, readDetections } from "../../../src/format/detections/read-detections.ts";

const read = (value: unknown): Detections | undefined => readDetections(Buffer.from(typeof value === "string" ? value : JSON.stringify(value)));
const only = (value: unknown) => {
  const found = read(value);
  expect(found?.objects).toHaveLength(1);
  return { ...found, ...found?.objects[0] };
};

describe("kt's own form", () => {
  test("has boxes in pixels of its size, a track, a colour and texts", () => {
    const found = read({
      size: [1280, 720],
      objects: [{ label: "car", score: 0.91, box: [10, 20, 300, 200], id: 7, color: "#FA0", text: "red" }],
      text: "two lanes",
    });
    expect(found).toEqual({
      size: [1280, 720],
      objects: [{ label: "car", score: 0.91, box: [10, 20, 300, 200], points: null, closed: false, id: "7", color: "#ffaa00", text: "red" }],
      text: "two lanes",
      left: 0,
      partial: false,
      timeMs: null,
    });
  });

  test("without a size has parts of the picture, and pixels of it where they are too large for that", () => {
    expect(read({ objects: [{ box: [0.1, 0.2, 0.5, 0.5] }] })?.size).toEqual([1, 1]);
    expect(read({ objects: [{ box: [10, 20, 50, 50] }] })?.size).toBeNull();
  });

  test("has outlines and lines", () => {
    const outline = only({
      objects: [
        {
          label: "zone",
          points: [
            [0, 0],
            [1, 0],
            [1, 1],
          ],
        },
      ],
    });
    expect(outline).toMatchObject({
      points: [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
      closed: true,
      box: null,
    });
    expect(
      only({
        objects: [
          {
            points: [
              [0, 0],
              [1, 1],
            ],
          },
        ],
      }).closed,
    ).toBe(false);
    expect(
      only({
        objects: [
          {
            points: [
              [0, 0],
              [1, 0],
              [1, 1],
            ],
            open: true,
          },
        ],
      }).closed,
    ).toBe(false);
  });

  test("says that nothing was seen", () => {
    expect(read({ objects: [] })?.objects).toEqual([]);
    expect(read({ size: [640, 360], objects: [] })?.objects).toEqual([]);
  });
});

test.each([
  ["a score board", { home: 1, away: 2 }],
  ["a list of numbers", [1, 2, 3, 4, 5, 6]],
  [
    "a matrix",
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ],
  ["rows whose fifth number is no confidence", [[1, 2, 3, 4, 50, 60]]],
  ["other objects", { objects: [{ name: "a" }, { name: "b" }] }],
  ["other results", { results: ["a", "b"] }],
  ["texts", { objects: ["a|b"] }],
  ["a price with width and height", [{ name: "box", price: 3 }]],
  ["a text", "hello"],
  ["JSON that is broken", '{"objects":[{"box":[1,2,3'],
  ["a number", 42],
])("%s stays data", (_, value) => {
  expect(read(value)).toBeUndefined();
});

describe("hostile values", () => {
  test("numbers that are no places leave their object out, and nothing else", () => {
    const boxes = ["[NaN,0,1,1]", "[1e308,0,1,1]", "[0,0,-1,5]", "[0,0,Infinity,5]", '["x",0,1,1]', "[null,0,1,1]", "[]", "[0,0,1,1]"];
    const found = read(`{"size":[640,360],"objects":[${boxes.map((box) => `{"label":"a","box":${box}}`).join(",")}]}`);
    expect(found).toMatchObject({ left: 7, objects: [{ box: [0, 0, 1, 1] }] });
  });

  test("a size that is none is as good as none", () => {
    for (const size of ["[0,0]", "[NaN,1]", "[1e308,2]", "[-5,3]", '"a"']) expect(read(`{"size":${size},"objects":[{"box":[5,5,9,9]}]}`)?.size).toBeNull();
  });

  test("a million objects are two thousand, or none where they are too many bytes", () => {
    const found = read(`[${Array(20_000).fill("[1,2,3,4,0.5,1]").join(",")}]`);
    expect(found?.objects).toHaveLength(2000);
    expect(found?.left).toBe(18_000);
    const begin = performance.now();
    expect(readDetections(Buffer.alloc(mostDetectionBytes + 1, "["))).toBeUndefined();
    expect(performance.now() - begin).toBeLessThan(1000);
  });

  test("texts are one short line, whatever is in them", () => {
    const { label, text, color, score } = only({
      objects: [
        {
          label: `<img src=x onerror=alert(1)>\n\u202e${"x".repeat(5000)}`,
          text: "a\u0000b\tc",
          color: "red;background:url(x)",
          score: 1e9,
          box: [0, 0, 1, 1],
        },
      ],
    });
    expect(label).toStartWith("<img src=x onerror=alert(1)> x");
    expect(label).toHaveLength(64);
    expect({ text, color, score }).toEqual({ text: "a b c", color: null, score: null });
  });

  test("scores in percent are shares", () => {
    expect(only({ objects: [{ score: 87, box: [0, 0, 1, 1] }] }).score).toBe(0.87);
  });

  test("an outline of a million points is cut", () => {
    const points = Array.from({ length: 100_000 }, (_, i) => [i, i]);
    expect(only({ objects: [{ points }] }).points).toHaveLength(256);
  });
});
