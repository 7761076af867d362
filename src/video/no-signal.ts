/**
 * The picture that stands for a silent stream: NO SIGNAL on grey, as JPEG, of the size and the colour sampling
 * of the pictures before it, so that a program that reads them need not change its decoder.
 *
 * Every block of 8x8 pixels is of one grey, so a block is its DC coefficient and nothing else: the file needs
 * neither a cosine transform nor ffmpeg. ITU-T T.81; the table of DC codes is its K.3.
 */
import { joinBytes } from "./formats/fmp4.ts";
import { frameHeaderOf } from "./formats/picture-size.ts";

export interface PictureShape {
  width: number;
  height: number;
  /** Of each component, how many blocks across and down: 2x2, 1x1, 1x1 is 4:2:0. */
  sampling: readonly (readonly [number, number])[];
}

const halved: PictureShape["sampling"] = [
  [2, 2],
  [1, 1],
  [1, 1],
];
const nothingSeen: PictureShape = { width: 640, height: 360, sampling: halved };

/** Each block costs time: of a picture that calls itself larger, the shape of a small screen is taken. */
const mostPixels = 8192 * 4320;
/** Of a JPEG. */
const mostSide = 65_535;

/** The shape of a JPEG or PNG; where there is none, that of a small screen. */
export function shapeOf(picture: Uint8Array | undefined): PictureShape {
  const found = picture && frameHeaderOf(picture);
  if (found && (found.width * found.height > mostPixels || Math.max(found.width, found.height) > mostSide)) return nothingSeen;
  return found ? { ...found, sampling: found.sampling.length === 1 || found.sampling.length === 3 ? found.sampling : halved } : nothingSeen;
}

const background = 38;
const ink = 150;

/** Letters of three by five blocks. */
const glyphs: Record<string, readonly string[]> = {
  N: ["# #", "###", "###", "###", "# #"],
  O: ["###", "# #", "# #", "# #", "###"],
  S: ["###", "#  ", "###", "  #", "###"],
  I: ["###", " # ", " # ", " # ", "###"],
  G: ["###", "#  ", "# #", "# #", "###"],
  A: ["###", "# #", "###", "# #", "# #"],
  L: ["#  ", "#  ", "#  ", "#  ", "###"],
  " ": ["   ", "   ", "   ", "   ", "   "],
};

export function noSignal({ width, height, sampling }: PictureShape): Uint8Array {
  const [acrossMost, downMost] = [Math.max(...sampling.map(([across]) => across)), Math.max(...sampling.map(([, down]) => down))];
  const unitsAcross = Math.ceil(width / (8 * acrossMost));
  const unitsDown = Math.ceil(height / (8 * downMost));
  const inked = lettering(Math.floor(width / 8), Math.floor(height / 8));
  const bits = new BitWriter();
  const before = sampling.map(() => 0);
  for (let unit = 0; unit < unitsAcross * unitsDown; unit++)
    for (const [component, [across, down]] of sampling.entries())
      for (let block = 0; block < across * down; block++) {
        const x = (unit % unitsAcross) * across + (block % across);
        const y = Math.floor(unit / unitsAcross) * down + Math.floor(block / across);
        // The quantisation of 8 makes a step of the DC coefficient a step of grey; 0 is the middle, and no colour.
        const level = component === 0 ? (inked(x, y) ? ink : background) - 128 : 0;
        bits.dc(level - (before[component] ?? 0));
        before[component] = level;
      }
  const components = sampling.flatMap(([across, down], i) => [i + 1, across * 16 + down, 0]);
  return joinBytes([
    Uint8Array.of(0xff, 0xd8),
    segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]), // JFIF 1.1
    segment(0xdb, [0, ...new Array<number>(64).fill(8)]),
    segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, sampling.length, ...components]),
    segment(0xc4, [0x00, ...dcLengths, ...dcLengths.flatMap((count, i) => dcSymbols.slice(dcFirst[i], (dcFirst[i] ?? 0) + count))]),
    segment(0xc4, [0x10, 1, ...new Array<number>(15).fill(0), 0]), // one AC code, 0: the rest of the block is zero
    segment(0xda, [sampling.length, ...sampling.flatMap((_, i) => [i + 1, 0]), 0, 63, 0]),
    bits.bytes(),
    Uint8Array.of(0xff, 0xd9),
  ]);
}

/** Whether a block belongs to a letter: as large as fits, in one line or in two, or none where none fits. */
function lettering(across: number, down: number): (x: number, y: number) => boolean {
  const fits = [["NO SIGNAL"], ["NO", "SIGNAL"]].map((lines) => {
    const letters = Math.max(...lines.map((line) => line.length)) * 4 - 1;
    return { lines, scale: Math.floor(Math.min((across * 0.7) / letters, (down * 0.5) / (lines.length * 6 - 1)) || 0) || (letters <= across - 2 ? 1 : 0) };
  });
  const { lines, scale } = fits[0] && fits[0].scale > 0 ? fits[0] : (fits[1] as (typeof fits)[number]);
  if (scale === 0) return () => false;
  const top = Math.floor((down - (lines.length * 6 - 1) * scale) / 2);
  return (x, y) => {
    const row = Math.floor((y - top) / scale);
    const line = lines[Math.floor(row / 6)];
    if (row < 0 || line === undefined) return false;
    const left = Math.floor((across - (line.length * 4 - 1) * scale) / 2);
    const column = Math.floor((x - left) / scale);
    return column >= 0 && glyphs[line[Math.floor(column / 4)] ?? " "]?.[row % 6]?.[column % 4] === "#";
  };
}

const dcLengths = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const dcSymbols = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const dcFirst = dcLengths.map((_, i) => dcLengths.slice(0, i).reduce((sum, count) => sum + count, 0));
/** The code of each number of bits, as the lengths imply it (C.2). */
const dcCodes = (() => {
  const codes: { code: number; length: number }[] = [];
  let code = 0;
  for (const [i, count] of dcLengths.entries()) {
    for (let n = 0; n < count; n++) codes.push({ code: code++, length: i + 1 });
    code *= 2;
  }
  return codes;
})();

class BitWriter {
  readonly #bytes: number[] = [];
  #held = 0;
  #count = 0;

  /** A block: the difference to the last one of its component (F.1.2.1), and the end of the block. */
  dc(difference: number): void {
    const size = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
    const { code = 0, length = 0 } = dcCodes[size] ?? {};
    this.#put(code, length);
    this.#put(difference < 0 ? difference + 2 ** size - 1 : difference, size);
    this.#put(0, 1);
  }

  /** The last byte filled up with ones. */
  bytes(): Uint8Array {
    while (this.#count > 0) this.#put(1, 1);
    return Uint8Array.from(this.#bytes);
  }

  #put(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit--) {
      this.#held = this.#held * 2 + ((value >> bit) & 1);
      if (++this.#count < 8) continue;
      this.#bytes.push(this.#held);
      if (this.#held === 0xff) this.#bytes.push(0); // otherwise it would be a marker
      this.#held = 0;
      this.#count = 0;
    }
  }
}

function segment(marker: number, content: number[]): Uint8Array {
  const length = content.length + 2;
  return Uint8Array.from([0xff, marker, length >> 8, length & 255, ...content]);
}
