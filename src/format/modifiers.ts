/** What stands in braces after a token of a template: how bytes, numbers and times are written. */
import { KtError } from "../errors.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { BadInput } from "./input.ts";
import { writeJsonBytes } from "./json-writer.ts";
import type { Part } from "./template-parts.ts";
import { unpackSteps } from "./unpack.ts";

export interface BytesOptions {
  /** What stands for null, where bytes are written as they are. */
  nullText: string;
  /** What is shown in place of a value as it is; undefined where that is the bytes themselves. */
  show?: (bytes: Uint8Array) => string | undefined;
}

/** A length below 0 is null. */
export type BytesWriter = (memory: Buffer, at: number, length: number, out: ByteWriter) => void;
export type NumberWriter = (value: number | bigint, out: ByteWriter) => void;

export function bytesWriter({ token, modifier }: Part, { nullText, show }: BytesOptions): BytesWriter {
  switch (modifier) {
    case undefined:
      return (memory, at, length, out) => {
        const shown = length > 0 ? show?.(memory.subarray(at, at + length)) : undefined;
        if (shown !== undefined) out.text(shown);
        else if (length > 0) out.copy(memory, at, at + length);
        else if (length < 0 && nullText !== "") out.text(nullText);
      };
    case "hex":
    case "base64":
      return (memory, at, length, out) => {
        if (length > 0) out.latin1(memory.toString(modifier, at, at + length));
      };
    case "json":
      return (memory, at, length, out) => void writeJsonBytes(memory, at, length, out);
  }
  const packing = /^unpack\[(.*)\]$/s.exec(modifier)?.[1];
  if (packing === undefined) throw wrong(token, modifier, "{hex}, {base64}, {json} or {unpack[…]}");
  return unpacked(token === "k" ? "key" : "value", unpackSteps(packing), nullText);
}

function unpacked(what: string, steps: ReturnType<typeof unpackSteps>, nullText: string): BytesWriter {
  return (memory, begin, length, out) => {
    if (length < 0) return out.text(nullText);
    let at = begin;
    try {
      for (const step of steps) at = step(memory, at, begin + length, out);
    } catch (error) {
      throw error instanceof BadInput ? new BadInput(`The ${what} ${error.message}`) : error;
    }
  };
}

/** Sizes as rpk names them; a number keeps its lowest bits. */
export function numberWriter({ token, modifier }: Part): NumberWriter {
  if (modifier === undefined || modifier === "ascii") return (value, out) => out.number(value);
  const binary = modifier === "byte" ? ["", "big", "8"] : /^(big|little)(8|16|32|64)$/.exec(modifier);
  if (binary) {
    const bytes = (Number(binary[2]) / 8) as 1 | 2 | 4 | 8;
    return (value, out) => out.integer(value, bytes, binary[1] === "little");
  }
  const digits = Number(/^hex(4|8|16|32|64)$/.exec(modifier)?.[1]) / 4;
  if (digits)
    return (value, out) =>
      out.latin1(
        BigInt.asUintN(digits * 4, BigInt(value))
          .toString(16)
          .padStart(digits, "0"),
      );
  throw wrong(token, modifier, "{big32}, {little64}, {hex16} and the like, or {byte}");
}

/** ECMA-262: the last time that a Date can have. */
const lastDateMs = 8.64e15;

/** Milliseconds unless it is said otherwise; -1 where a record has no time. */
export function timeWriter(part: Part): NumberWriter {
  switch (part.modifier) {
    case undefined:
    case "ms":
    case "unixmilli":
      return (timeMs, out) => out.number(timeMs);
    case "s":
    case "unix":
      return (timeMs, out) =>
        out.number(timeMs === -1 ? -1 : typeof timeMs === "number" ? Math.floor(timeMs / 1000) : (timeMs - (((timeMs % 1000n) + 1000n) % 1000n)) / 1000n);
    case "rfc3339":
      // A producer that wrote nanoseconds is beyond what a date can be: its number is shown.
      return (timeMs, out) => {
        const isDate = timeMs !== -1 && timeMs >= -lastDateMs && timeMs <= lastDateMs;
        out.latin1(isDate ? new Date(Number(timeMs)).toISOString() : String(timeMs));
      };
  }
  try {
    return numberWriter(part);
  } catch {
    throw wrong(part.token, part.modifier, "{rfc3339}, {ms} or {s}");
  }
}

function wrong(token: string, modifier: string, possible: string): KtError {
  return KtError.usage(`-f: %${token} takes ${possible}, not {${modifier}}.`);
}
