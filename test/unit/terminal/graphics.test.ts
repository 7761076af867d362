/** What is sent to a terminal for a picture, read back by what the terminals' own documents say. */
import { describe, expect, test } from "bun:test";
import { abilitiesOf, isAnswered, questionFor } from "../../../src/terminal/graphics/abilities.ts";
import { halfBlockRows, nearestOf256 } from "../../../src/terminal/graphics/half-blocks.ts";
import { kittyPicture } from "../../../src/terminal/graphics/kitty.ts";
import { fitBox, type Raster } from "../../../src/terminal/graphics/raster.ts";
import { sixel } from "../../../src/terminal/graphics/sixel.ts";
import { painted, sentToKitty, shown } from "./read-back.ts";

function raster(width: number, height: number, pixel: (x: number, y: number) => [number, number, number]): Raster {
  const rgb = Uint8Array.from(Array.from({ length: width * height }, (_, i) => pixel(i % width, Math.floor(i / width))).flat());
  return { width, height, rgb };
}

const colourful = (width: number, height: number) => raster(width, height, (x, y) => [(x * 37) % 256, (y * 53) % 256, (x * y * 11) % 256]);

const rgbAt = ({ width, rgb }: Raster, x: number, y: number) => `2;${rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3).join(";")}`;

describe("half blocks", () => {
  test("each character is two pixels of exactly their colours", () => {
    const picture = colourful(7, 6);
    const rows = halfBlockRows(picture, "24bit");
    expect(rows).toHaveLength(3);
    for (const [row, text] of rows.entries())
      expect(shown(text)).toEqual(Array.from({ length: 7 }, (_, x) => `${rgbAt(picture, x, row * 2)}/${rgbAt(picture, x, row * 2 + 1)}`));
  });

  test("an odd number of rows ends with one that stands there twice", () => {
    const picture = colourful(2, 3);
    expect(shown(halfBlockRows(picture, "24bit")[1] as string)).toEqual([0, 1].map((x) => `${rgbAt(picture, x, 2)}/${rgbAt(picture, x, 2)}`));
  });

  test("over a picture that is there already, only what changed is written, and the result is the new one", () => {
    const before = colourful(40, 4);
    const after: Raster = { ...before, rgb: before.rgb.slice() };
    for (const [x, y] of [
      [3, 0],
      [5, 1],
      [30, 0],
      [39, 1],
    ] as const)
      after.rgb.fill(9, (y * 40 + x) * 3, (y * 40 + x) * 3 + 3);
    const rows = halfBlockRows(after, "24bit", before);
    expect(rows[1]).toBe("");
    expect((rows[0]?.match(/▀/g) ?? []).length).toBeLessThan(10);
    const [was] = halfBlockRows(before, "24bit");
    const [whole] = halfBlockRows(after, "24bit");
    expect(shown(rows[0] as string, shown(was as string))).toEqual(shown(whole as string));
    expect(halfBlockRows(after, "24bit", after)).toEqual(["", ""]);
    // Of another size nothing is where it was.
    expect(halfBlockRows(after, "24bit", colourful(41, 4))).toEqual(halfBlockRows(after, "24bit"));
  });

  test.each([
    [[0, 0, 0], 16],
    [[255, 255, 255], 231],
    [[255, 0, 0], 196],
    [[0, 255, 0], 46],
    [[0, 0, 255], 21],
    [[128, 128, 128], 244],
    [[8, 8, 8], 232],
    [[95, 135, 175], 67],
  ] as const)("of 256 colours the nearest to %p is %i", ([red, green, blue], index) => {
    expect(nearestOf256(red, green, blue)).toBe(index);
    expect(
      shown(
        halfBlockRows(
          raster(1, 2, () => [red, green, blue]),
          "256",
        )[0] as string,
      ),
    ).toEqual([`5;${index}/5;${index}`]);
  });
});

describe("sixels", () => {
  test("every pixel is painted, each channel within a step of what it was", () => {
    const picture = colourful(33, 20);
    const { width, height, pixels } = painted(sixel(picture));
    expect([width, height]).toEqual([33, 20]);
    for (let i = 0; i < 33 * 20; i++) {
      const percents = (pixels[i] as string).split(";").map(Number);
      for (const [channel, steps] of [5, 7, 4].entries())
        expect(Math.abs((percents[channel] as number) - ((picture.rgb[i * 3 + channel] as number) * 100) / 255)).toBeLessThan(100 / steps + 1);
    }
  });

  test("on average a colour between two steps is what it was", () => {
    const { pixels } = painted(sixel(raster(40, 24, () => [100, 100, 100])));
    const mean = (channel: number) => pixels.reduce((sum, colour) => sum + Number((colour as string).split(";")[channel]), 0) / pixels.length;
    for (const channel of [0, 1, 2]) expect(Math.abs(mean(channel) - 100 / 2.55)).toBeLessThan(3);
  });

  test("what is the same many times is said once", () => {
    const text = sixel(raster(800, 6, () => [255, 0, 0]));
    expect(text).toBe('\x1bP0;1;0q"1;1;800;6#200;2;100;0;0#200!800~-\x1b\\');
  });
});

test("kitty gets the pixels as they are, in pieces that it takes", () => {
  const noise = raster(120, 60, (x, y) => [(x * 7919 + y * 104729) % 251, (x * 31 + y * y * 17) % 253, (x * x * 13 + y) % 241]);
  const { keys, pixels } = sentToKitty(kittyPicture(noise, { columns: 40, rows: 10 }));
  expect(keys).toMatchObject({ a: "T", f: "24", o: "z", s: "120", v: "60", c: "40", r: "10", C: "1", q: "2" });
  expect(Buffer.from(pixels).equals(Buffer.from(noise.rgb))).toBe(true);
});

describe("which way a terminal is drawn on", () => {
  const deviceAttributes = "\x1b[?62;22c";
  test.each([
    ["xterm", { TERM: "xterm-256color" }, deviceAttributes, "blocks", "256"],
    ["xterm with 24 bits", { TERM: "xterm-256color", COLORTERM: "truecolor" }, deviceAttributes, "blocks", "24bit"],
    ["foot", { TERM: "foot", COLORTERM: "truecolor" }, "\x1b[6;17;8t\x1b[?62;4;22c", "sixel", "24bit"],
    ["an attribute that has a 4 in it", { TERM: "xterm" }, "\x1b[?64;44;14c", "blocks", "256"],
    ["kitty, that answers", { TERM: "xterm-256color" }, `\x1b_Gi=31;OK\x1b\\${deviceAttributes}`, "kitty", "256"],
    ["one that knows the protocol and refuses", { TERM: "xterm-256color" }, `\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\${deviceAttributes}`, "blocks", "256"],
    ["kitty, known by its variable, where nobody can be asked", { TERM: "xterm-kitty", KITTY_WINDOW_ID: "1" }, "", "kitty", "24bit"],
    ["tmux inside kitty", { TERM: "tmux-256color", KITTY_WINDOW_ID: "1", TMUX: "/tmp/t,1,0" }, "\x1b[?1;2c", "blocks", "256"],
    ["tmux with sixels", { TERM: "tmux-256color", TMUX: "/tmp/t,1,0" }, "\x1b[?1;2;4c", "sixel", "256"],
    ["silence", { TERM: "vt100" }, "", "blocks", "256"],
  ] as const)("%s", (_, environment, answers, graphics, colours) => {
    expect(abilitiesOf(environment, answers)).toMatchObject({ graphics, colours });
  });

  test("a size that the terminal tells is that of its characters", () => {
    expect(abilitiesOf({}, "\x1b[6;17;8t\x1b[?62c").cell).toEqual({ width: 8, height: 17 });
  });

  test("who would show the question instead of answering is not asked", () => {
    for (const TERM of [undefined, "", "dumb", "linux"]) expect(questionFor({ TERM })).toBe("");
    // tmux takes kitty's question for a title.
    expect(questionFor({ TERM: "screen-256color", TMUX: "x" })).not.toContain("\x1b_G");
    expect(questionFor({ TERM: "xterm" })).toContain("\x1b_G");
    expect(questionFor({ TERM: "xterm" }).endsWith("\x1b[c")).toBe(true);
    expect(isAnswered("\x1b[6;17;8t")).toBe(false);
    expect(isAnswered("q\x1b[?62;4c")).toBe(true);
  });
});

describe("the box of a picture", () => {
  const cell = { width: 8, height: 16 };
  test.each([
    ["wide", { width: 1600, height: 400 }, { columns: 80, rows: 10 }],
    ["high", { width: 100, height: 1000 }, { columns: 5, rows: 23 }],
    ["as the screen", { width: 640, height: 368 }, { columns: 80, rows: 23 }],
  ])("%s", (_, picture, { columns, rows }) => {
    expect(fitBox(picture, { columns: 80, rows: 23 }, cell, "blocks")).toEqual({ columns, rows, width: columns, height: rows * 2 });
  });

  test("is within the window and never nothing, whatever the picture says of itself", () => {
    for (const picture of [
      { width: 0, height: 0 },
      { width: 1, height: 65_535 },
      { width: 65_535, height: 1 },
    ])
      for (const graphics of ["blocks", "sixel", "kitty"] as const) {
        const box = fitBox(picture, { columns: 80, rows: 23 }, { width: 0, height: 0 }, graphics);
        expect(box.columns).toBeWithin(1, 81);
        expect(box.rows).toBeWithin(1, 24);
        expect(Math.min(box.width, box.height)).toBeGreaterThan(0);
      }
  });

  test("of a large window does not take more pixels than a terminal takes in time", () => {
    const room = { columns: 400, rows: 120 };
    const kitty = fitBox({ width: 3840, height: 2160 }, room, { width: 10, height: 20 }, "kitty");
    expect(kitty.width * kitty.height).toBeLessThan(1280 * 720 * 1.02);
    expect(kitty.columns).toBe(400);
    const sixels = fitBox({ width: 3840, height: 2160 }, room, { width: 10, height: 20 }, "sixel");
    expect(sixels.width * sixels.height).toBeLessThan(800 * 600 * 1.05);
    // Kitty makes a small picture larger by itself.
    expect(fitBox({ width: 320, height: 240 }, room, { width: 10, height: 20 }, "kitty")).toMatchObject({ width: 320, height: 240, rows: 120 });
  });
});
