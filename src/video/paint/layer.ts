/** What is laid over a picture: lines and letters in a few colours, and nothing between them. */
import { palettePng } from "../formats/palette-png.ts";
import type { Size } from "../formats/picture-size.ts";
import { descent, glyphOf, glyphSize, spelled } from "./font.ts";

/** #rrggbb, or #rrggbbaa. */
type Color = string;

/** A byte names a colour, and nothing is one, too. */
const mostColors = 255;
const nothing = "#00000000";
/** Of lines that are longer altogether nobody makes anything out, and somebody waits. */
const mostSteps = 500_000;

export class Layer {
  readonly width: number;
  readonly height: number;
  /** Each row begins with a byte that is of the file's format, and 0. */
  readonly #rows: Uint8Array;
  readonly #colors = new Map<Color, number>([[nothing, 0]]);
  #steps = 0;

  constructor({ width, height }: Size) {
    this.width = width;
    this.height = height;
    this.#rows = new Uint8Array((width + 1) * height);
  }

  /** The colour of a place; undefined where there is none. */
  at(x: number, y: number): Color | undefined {
    const number = this.#rows[y * (this.width + 1) + 1 + x] ?? 0;
    return number === 0 ? undefined : [...this.#colors.keys()][number];
  }

  /** All lengths are of whole pixels; what is outside is left out. */
  fill(x: number, y: number, width: number, height: number, color: Color): void {
    const [left, right] = [Math.max(0, x), Math.min(this.width, x + width)];
    if (!(right > left)) return;
    const number = this.#numberOf(color);
    for (let row = Math.max(0, y); row < Math.min(this.height, y + height); row++) {
      const at = row * (this.width + 1) + 1;
      // For a few pixels the call takes longer than they do.
      if (right - left > 8) this.#rows.fill(number, at + left, at + right);
      else for (let place = at + left; place < at + right; place++) this.#rows[place] = number;
    }
  }

  /** A rectangle's outline, which reaches so far out of it as into it. */
  frame(x: number, y: number, width: number, height: number, thick: number, color: Color): void {
    const out = thick >> 1;
    const [left, top, across, down] = [x - out, y - out, width + 2 * out, height + 2 * out];
    this.fill(left, top, across, thick, color);
    this.fill(left, top + down - thick, across, thick, color);
    this.fill(left, top, thick, down, color);
    this.fill(left + across - thick, top, thick, down, color);
  }

  line(from: readonly [number, number], to: readonly [number, number], thick: number, color: Color): void {
    const inside = clipped(from, to, thick, this.width + thick, this.height + thick);
    if (!inside) return;
    const [[x1, y1], [x2, y2]] = inside;
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(x2 - x1), Math.abs(y2 - y1))));
    this.#steps += steps;
    for (let step = 0; step <= steps && this.#steps < mostSteps; step++) {
      const [x, y] = [x1 + ((x2 - x1) * step) / steps, y1 + ((y2 - y1) * step) / steps];
      this.fill(Math.round(x) - (thick >> 1), Math.round(y) - (thick >> 1), thick, thick, color);
    }
  }

  /** @param scale pixels for a point of a letter @returns how wide it was written */
  write(text: string, x: number, y: number, scale: number, color: Color): void {
    for (const [at, letter] of [...spelled(text)].entries()) {
      const left = x + at * (glyphSize.width + 1) * scale;
      if (left >= this.width) return;
      for (const [row, bits] of glyphOf(letter).entries())
        for (let column = 0; column < glyphSize.width; column++)
          if (bits & (1 << (glyphSize.width - 1 - column))) this.fill(left + column * scale, y + row * scale, scale, scale, color);
    }
  }

  /** A file that any ffmpeg reads. */
  png(): Promise<Uint8Array> {
    return palettePng(this, this.#rows, [...this.#colors.keys()]);
  }

  #numberOf(color: Color): number {
    const known = this.#colors.get(color);
    if (known !== undefined) return known;
    // Nobody tells more apart: those that come later share the places of others.
    const number = this.#colors.size;
    if (number > mostColors) return 1 + (Number.parseInt(color.slice(1, 7), 16) % mostColors);
    this.#colors.set(color, number);
    return number;
  }
}

/** How many pixels a line of text takes. */
export function textSize(text: string, scale: number): Size {
  return { width: (spelled(text).length * (glyphSize.width + 1) - 1) * scale, height: (glyphSize.height - descent) * scale };
}

/** The part of a line that is between -margin and these (by Liang and Barsky); undefined where none is. */
function clipped([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number], margin: number, right: number, bottom: number) {
  let [begin, end] = [0, 1];
  for (const [way, room] of [
    [x1 - x2, x1 + margin],
    [x2 - x1, right - x1],
    [y1 - y2, y1 + margin],
    [y2 - y1, bottom - y1],
  ] as const) {
    if (way === 0 && room < 0) return undefined;
    if (way < 0) begin = Math.max(begin, room / way);
    if (way > 0) end = Math.min(end, room / way);
  }
  const place = (part: number) => [x1 + (x2 - x1) * part, y1 + (y2 - y1) * part] as const;
  return begin > end ? undefined : ([place(begin), place(end)] as const);
}
