/** A JSON text as the records that are in it, each with its key. */
import { BadInput } from "./input.ts";
import type { RawJson } from "./json.ts";
import { parseJson, writeJson } from "./lenient-json.ts";

export interface JsonEntry {
  key: Buffer | null;
  value: Buffer;
}

/**
 * The value at a JSON pointer (RFC 6901); undefined where there is none.
 * @param pointer "" for the whole, or /name/0/…, where ~1 stands for / and ~0 for ~
 */
export function atPointer(value: unknown, pointer: string): unknown {
  if (pointer === "") return value;
  let at = value;
  for (const escaped of pointer.slice(1).split("/")) {
    const name = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

/**
 * @param split where the array is whose elements are the records; undefined takes the text for one, byte for byte
 * @param keyFrom where the key is in each; where a record has none there, its key is null
 * @throws BadInput where the text is no JSON, or has no array there
 */
export function jsonEntries(bytes: Buffer, split: string | undefined, keyFrom: string | undefined): JsonEntry[] {
  const whole = parse(bytes);
  if (split === undefined) return [{ key: keyOf(whole, keyFrom), value: bytes }];
  const elements = atPointer(whole, split);
  if (!Array.isArray(elements)) throw new BadInput(`has no array at '${split}'`);
  return elements.map((element) => ({ key: keyOf(element, keyFrom), value: Buffer.from(writeJson(element)) }));
}

/** Numbers stay as they are written: 9007199254740993 and 1.0 would otherwise become others. */
function asWritten(value: unknown, source: string | undefined): unknown {
  return typeof value === "number" && source !== undefined && String(value) !== source ? (JSON as unknown as RawJson).rawJSON(source) : value;
}

function parse(bytes: Buffer): unknown {
  try {
    return parseJson(bytes.toString(), asWritten);
  } catch {
    throw new BadInput("is no JSON");
  }
}

function keyOf(record: unknown, pointer: string | undefined): Buffer | null {
  const key = pointer === undefined ? undefined : atPointer(record, pointer);
  if (key === undefined || key === null) return null;
  return Buffer.from(typeof key === "string" ? key : writeJson(key));
}
