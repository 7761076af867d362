/** {unpack[…]}: what packed bytes hold as text, by kcat's letters (those of its -s), which rpk has taken over. */
import { KtError } from "../errors.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { BadInput } from "./input.ts";

/** Writes what is at a place, and returns the place behind it. @throws BadInput where the bytes end too soon */
type Step = (memory: Buffer, at: number, end: number, out: ByteWriter) => number;

/** Sizes in bytes; a small letter is signed. */
const integerSizes: Record<string, number> = { b: 1, B: 1, h: 2, H: 2, i: 4, I: 4, q: 8, Q: 8 };

const letters =
  "b B, h H, i I, q Q (whole numbers of 1, 2, 4 and 8 bytes, the large letters without a sign), < and > (little and big endian), c or . (a byte), s (the rest), $ (nothing more), and spaces";

/** @throws KtError usage for a letter that there is not */
export function unpackSteps(packing: string): Step[] {
  let littleEndian = false;
  const steps: Step[] = [];
  for (const letter of packing) {
    const size = integerSizes[letter];
    if (letter === "<" || letter === ">") littleEndian = letter === "<";
    else if (size !== undefined) steps.push(integer(letter, size, littleEndian));
    else if (letter === "c" || letter === ".") steps.push(character(letter));
    else if (letter === "s") steps.push(rest);
    else if (letter === "$") steps.push(nothingMore);
    else if (letter === " ") steps.push(space);
    else throw KtError.usage(`-f: {unpack[${packing}]} has a letter '${letter}' that there is not.`, `There are ${letters}.`);
  }
  return steps;
}

function integer(letter: string, size: number, littleEndian: boolean): Step {
  const read = reader(letter, size, littleEndian);
  return (memory, at, end, out) => {
    if (end - at < size) throw new BadInput(`ends before the ${size} ${size === 1 ? "byte" : "bytes"} of '${letter}'`);
    out.latin1(String(read(memory, at)));
    return at + size;
  };
}

function reader(letter: string, size: number, littleEndian: boolean): (memory: Buffer, at: number) => number | bigint {
  const signed = letter === letter.toLowerCase();
  if (size === 8) {
    if (signed) return littleEndian ? (memory, at) => memory.readBigInt64LE(at) : (memory, at) => memory.readBigInt64BE(at);
    return littleEndian ? (memory, at) => memory.readBigUInt64LE(at) : (memory, at) => memory.readBigUInt64BE(at);
  }
  if (signed) return littleEndian ? (memory, at) => memory.readIntLE(at, size) : (memory, at) => memory.readIntBE(at, size);
  return littleEndian ? (memory, at) => memory.readUIntLE(at, size) : (memory, at) => memory.readUIntBE(at, size);
}

function character(letter: string): Step {
  return (memory, at, end, out) => {
    if (at >= end) throw new BadInput(`ends before the byte of '${letter}'`);
    out.copy(memory, at, at + 1);
    return at + 1;
  };
}

const rest: Step = (memory, at, end, out) => {
  out.copy(memory, at, end);
  return end;
};

const nothingMore: Step = (_, at, end) => {
  if (at < end) throw new BadInput(`goes on for ${end - at} ${end - at === 1 ? "byte" : "bytes"} where '$' wants its end`);
  return at;
};

const space: Step = (_, at, __, out) => {
  out.byte(0x20);
  return at;
};
