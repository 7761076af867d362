/** What a terminal makes of what it is sent: characters with colours, sixels, and kitty's pictures. */
import { expect } from "bun:test";
import { inflateSync } from "node:zlib";

const esc = String.fromCharCode(0x1b);

/** A terminal that knows SGR and CUF: the colours of each character of a row, from what was there before. */
export function shown(row: string, before: string[] = []): string[] {
  const cells = [...before];
  let [front, back, x] = ["", "", 0];
  for (const [token, parameters = "", final = ""] of row.matchAll(new RegExp(`${esc}\\[([\\d;]*)([A-Za-z])|▀`, "g"))) {
    if (token === "▀") cells[x++] = `${front}/${back}`;
    else if (final === "C") x += Number(parameters);
    else if (parameters === "0") [front, back] = ["", ""];
    else
      for (const [, which, mode] of parameters.matchAll(/([34])8;(2;\d+;\d+;\d+|5;\d+)/g)) {
        if (which === "3") front = mode as string;
        else back = mode as string;
      }
  }
  expect([front, back]).toEqual(["", ""]);
  return cells;
}

/** Sixels as a terminal paints them, in percent of red, green and blue (VT330/VT340, chapter 14). */
export function painted(text: string): { width: number; height: number; pixels: (string | undefined)[] } {
  const [, size = "", data = ""] = new RegExp(`^${esc}P0;1;0q"1;1;(\\d+;\\d+)([^${esc}]*)${esc}\\\\$`).exec(text) ?? [];
  const [width = 0, height = 0] = size.split(";").map(Number);
  const registers = new Map<string, string>();
  const pixels: (string | undefined)[] = new Array(width * height);
  let [x, top, colour] = [0, 0, ""];
  let end = 0;
  for (const [token, number, definition, repeat, character = ""] of data.matchAll(/#(\d+)(?:;2;(\d+;\d+;\d+))?|!(\d+)(?=([?-~]))|[?-~]|[$-]/g)) {
    expect(data.slice(end).startsWith(token)).toBe(true);
    end += token.length;
    if (token === "$") x = 0;
    else if (token === "-") [x, top] = [0, top + 6];
    else if (definition) registers.set(number as string, definition);
    else if (number) colour = registers.get(number) as string;
    else {
      const times = repeat ? Number(repeat) - 1 : 1;
      const bits = (character || token).charCodeAt(0) - 0x3f;
      for (let i = 0; i < times; i++, x++) for (let bit = 0; bit < 6; bit++) if (bits & (1 << bit)) pixels[(top + bit) * width + x] = colour;
    }
  }
  expect(end).toBe(data.length);
  return { width, height, pixels };
}

/** The pixels of one picture, by the protocol's own rules: pieces of 4096 at most, all but the last with m=1. */
export function sentToKitty(text: string): { keys: Record<string, string>; pixels: Uint8Array } {
  const pieces = [...text.matchAll(new RegExp(`${esc}_G([^;]*);([^${esc}]*)${esc}\\\\`, "g"))].map(([, keys = "", data = ""]) => ({ keys, data }));
  expect(pieces.map(({ keys, data }) => `\x1b_G${keys};${data}\x1b\\`).join("")).toBe(text);
  for (const [i, { keys, data }] of pieces.entries()) {
    expect(data.length).toBeLessThanOrEqual(4096);
    if (i < pieces.length - 1) expect(data.length % 4).toBe(0);
    expect(/\bm=(\d)/.exec(keys)?.[1]).toBe(i < pieces.length - 1 ? "1" : "0");
    if (i > 0) expect(keys).toMatch(/^m=\d$/);
  }
  const data = Buffer.from(pieces.map((piece) => piece.data).join(""), "base64");
  return { keys: Object.fromEntries((pieces[0]?.keys ?? "").split(",").map((pair) => pair.split("="))), pixels: inflateSync(data) };
}
