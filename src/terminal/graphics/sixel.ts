/** Pictures as sixels (DEC STD 070; VT330/VT340 Programmer Reference, chapter 14). Pure. */
import type { Raster } from "./raster.ts";

/** The eye sees green best and blue least. Together fewer than the 256 registers that terminals have. */
const levels = [6, 8, 5] as const;
const [reds, greens, blues] = levels;
const colours = reds * greens * blues;
const bandRows = 6;
/** Six pixels one below the other are the bits of a character from this one on. */
const firstCharacter = 0x3f;
/** Repeats of up to three characters are as short by themselves. */
const leastRepeat = 4;

/** Which pixels are rounded up first, by a fixed pattern, so that what stands still does not flicker (Bayer, 4x4). */
const pattern = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5].map((rank) => (rank + 0.5) / 16);

/** One control string, from DCS to ST. The cursor should be where its upper left corner goes. */
export function sixel(raster: Raster): string {
  const { width, height } = raster;
  const pixels = dithered(raster);
  const used = new Uint8Array(colours);
  for (const colour of pixels) used[colour] = 1;
  // What is not painted stays as it is; pixels are square.
  let text = `\x1bP0;1;0q"1;1;${width};${height}`;
  for (let colour = 0; colour < colours; colour++) if (used[colour]) text += definition(colour);
  const masks = new Uint8Array(colours * width);
  for (let top = 0; top < height; top += bandRows) text += band(pixels, masks, width, top, Math.min(top + bandRows, height));
  return `${text}\x1b\\`;
}

function dithered({ width, height, rgb }: Raster): Uint8Array {
  const pixels = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const threshold = pattern[(y & 3) * 4 + (x & 3)] as number;
      const level = (channel: 0 | 1 | 2) => Math.floor(((rgb[i * 3 + channel] as number) * (levels[channel] - 1)) / 255 + threshold);
      pixels[i] = (level(0) * greens + level(1)) * blues + level(2);
    }
  }
  return pixels;
}

/** In percent of red, green and blue. */
function definition(colour: number): string {
  const percent = (level: number, of: number) => Math.round((level * 100) / (of - 1));
  const red = Math.floor(colour / (greens * blues));
  return `#${colour};2;${percent(red, reds)};${percent(Math.floor(colour / blues) % greens, greens)};${percent(colour % blues, blues)}`;
}

/** Six rows: for each of their colours a line over all of them, and the carriage goes back between them. */
function band(pixels: Uint8Array, masks: Uint8Array, width: number, top: number, bottom: number): string {
  const present = new Set<number>();
  for (let y = top; y < bottom; y++) {
    for (let x = 0; x < width; x++) {
      const colour = pixels[y * width + x] as number;
      present.add(colour);
      const at = colour * width + x;
      masks[at] = (masks[at] as number) | (1 << (y - top));
    }
  }
  const lines: string[] = [];
  for (const colour of present) {
    const mask = masks.subarray(colour * width, (colour + 1) * width);
    lines.push(`#${colour}${runs(mask)}`);
    mask.fill(0);
  }
  return `${lines.join("$")}-`;
}

function runs(mask: Uint8Array): string {
  let end = mask.length;
  while (end > 0 && mask[end - 1] === 0) end--;
  let text = "";
  for (let x = 0; x < end; ) {
    const bits = mask[x] as number;
    let next = x + 1;
    while (next < end && mask[next] === bits) next++;
    const character = String.fromCharCode(firstCharacter + bits);
    text += next - x >= leastRepeat ? `!${next - x}${character}` : character.repeat(next - x);
    x = next;
  }
  return text;
}
