/** Pictures as characters: each the upper half of its place in one colour, over another. Pure. */
import type { Colours, Raster } from "./raster.ts";

const upperHalf = "▀";
const reset = "\x1b[0m";
/** Moving over fewer characters than this takes as much as writing them. */
const leastSkipped = 4;

/**
 * A row of characters for each two rows of pixels, each by itself: it begins and ends with the terminal's own colours.
 * @param before what is there already, of the same size: what did not change is moved over, and a row that did not is ""
 */
export function halfBlockRows({ width, height, rgb }: Raster, colours: Colours, before?: Raster): string[] {
  const known = before?.width === width && before.height === height ? before.rgb : undefined;
  const rows: string[] = [];
  for (let y = 0; y < height; y += 2) {
    const upper = y * width * 3;
    // Of an odd number of rows the last has nothing below it, and stands there twice.
    const lower = y + 1 < height ? upper + width * 3 : upper;
    const from = known ? firstChange(rgb, known, upper, lower, 0, width) : 0;
    rows.push(from === width ? "" : row(rgb, known, upper, lower, width, from, colours));
  }
  return rows;
}

function row(rgb: Uint8Array, known: Uint8Array | undefined, upper: number, lower: number, width: number, from: number, colours: Colours): string {
  const colour = colours === "24bit" ? exact : nearest;
  let text = moved(from);
  let front = "";
  let back = "";
  for (let x = from; x < width; x++) {
    if (known) {
      const next = firstChange(rgb, known, upper, lower, x, width);
      if (next === width) break;
      if (next - x >= leastSkipped) {
        text += moved(next - x);
        x = next;
      }
    }
    const top = colour(rgb, upper + x * 3);
    const bottom = colour(rgb, lower + x * 3);
    if (top !== front || bottom !== back)
      text += `\x1b[${top === front ? "" : `38;${top}`}${top !== front && bottom !== back ? ";" : ""}${bottom === back ? "" : `48;${bottom}`}m`;
    text += upperHalf;
    front = top;
    back = bottom;
  }
  return text + reset;
}

const moved = (columns: number) => (columns > 0 ? `\x1b[${columns}C` : "");

function firstChange(rgb: Uint8Array, known: Uint8Array, upper: number, lower: number, from: number, width: number): number {
  for (let x = from; x < width; x++) {
    for (let i = x * 3; i < x * 3 + 3; i++) if (rgb[upper + i] !== known[upper + i] || rgb[lower + i] !== known[lower + i]) return x;
  }
  return width;
}

function exact(rgb: Uint8Array, at: number): string {
  return `2;${rgb[at]};${rgb[at + 1]};${rgb[at + 2]}`;
}

function nearest(rgb: Uint8Array, at: number): string {
  return `5;${nearestOf256(rgb[at] as number, rgb[at + 1] as number, rgb[at + 2] as number)}`;
}

/** The levels of the cube of 6x6x6 colours that xterm has from 16 on; from 232 on there are 24 greys: 8, 18, … 238. */
const cubeLevels = [0, 95, 135, 175, 215, 255] as const;

function cubeIndex(level: number): number {
  return level < 48 ? 0 : level < 115 ? 1 : Math.min(5, Math.floor((level - 35) / 40));
}

/** Of a terminal's 256 colours the nearest; the first 16 are left out, as everybody sets them otherwise. */
export function nearestOf256(red: number, green: number, blue: number): number {
  const [r, g, b] = [cubeIndex(red), cubeIndex(green), cubeIndex(blue)];
  const grey = Math.max(0, Math.min(23, Math.round(((red + green + blue) / 3 - 8) / 10)));
  const distance = (x: number, y: number, z: number) => (x - red) ** 2 + (y - green) ** 2 + (z - blue) ** 2;
  const level = 8 + grey * 10;
  const ofCube = distance(cubeLevels[r] as number, cubeLevels[g] as number, cubeLevels[b] as number);
  return distance(level, level, level) < ofCube ? 232 + grey : 16 + r * 36 + g * 6 + b;
}
