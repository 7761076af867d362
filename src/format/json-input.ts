/** The envelope of json.ts back into a record, exactly: what kt consume --json wrote, or a program in the same form. */
import type { Header } from "../record.ts";
import { BadInput, type InputFields } from "./input.ts";
import { parseJson } from "./lenient-json.ts";

const known = new Set(["topic", "partition", "offset", "timestamp", "timestampType", "key", "value", "headers", "encoding"]);

/** @throws BadInput */
export function parseEnvelope(line: Buffer): InputFields {
  const envelope = objectOf(parse(line), "is");
  for (const name of Object.keys(envelope)) if (!known.has(name)) throw new BadInput(`has a field ${JSON.stringify(name)} that an envelope does not have`);
  const { key = null, value, headers = [], timestamp, partition, encoding = {} } = envelope;
  if (value === undefined) throw new BadInput('has no "value" (null is a value)');
  const encodings = objectOf(encoding, 'has an "encoding" that is');
  if (!Array.isArray(headers)) throw new BadInput('has "headers" that are no array');
  return {
    key: bytesOf(key, encodings.key, '"key"'),
    value: bytesOf(value, encodings.value, '"value"'),
    headers: headers.map(headerOf),
    partition: partition === undefined ? undefined : wholeNumber(partition, '"partition"', 2 ** 31 - 1),
    timestampMs: timestamp === undefined ? undefined : timeOf(timestamp),
  };
}

/** Its quotes cannot be of a text within the envelope: there they are escaped. */
const longTime = /"timestamp"\s*:\s*-?\d{16}/;

/** What JSON.parse would round, such as a time in nanoseconds. */
function exactInteger(value: unknown, source: string | undefined): unknown {
  return typeof value === "number" && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** null is a record without a time, which Kafka writes as -1; where the field is missing it is now. */
function timeOf(value: unknown): number | bigint {
  if (value === null) return -1;
  if (typeof value === "bigint" && value === BigInt.asIntN(64, value)) return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new BadInput('has a "timestamp" that is no whole number of 64 bits');
}

function parse(line: Buffer): unknown {
  try {
    const text = line.toString();
    return longTime.test(text) ? parseJson(text, exactInteger) : parseJson(text);
  } catch (error) {
    throw new BadInput(`is no JSON: ${(error as Error).message.replace(/^JSON Parse error: /, "")}`);
  }
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new BadInput(`${what} no JSON object`);
  return value as Record<string, unknown>;
}

function headerOf(given: unknown): Header {
  const { name, value, encoding } = objectOf(given, "has a header that is");
  if (typeof name !== "string") throw new BadInput('has a header without a "name"');
  if (value === undefined) throw new BadInput(`has no "value" in its header ${JSON.stringify(name)} (null is a value)`);
  return { name, value: bytesOf(value, encoding, `header ${JSON.stringify(name)}`) };
}

function bytesOf(text: unknown, encoding: unknown, what: string): Buffer | null {
  if (encoding !== undefined && encoding !== "utf8" && encoding !== "base64")
    throw new BadInput(`has an encoding of ${what} that is neither "utf8" nor "base64"`);
  if (text === null) return null;
  if (typeof text !== "string") throw new BadInput(`has a ${what} that is neither a string nor null`);
  if (encoding !== "base64") {
    // Half of a surrogate pair has no UTF-8.
    if (!text.isWellFormed()) throw new BadInput(`has a ${what} with half a character`);
    return Buffer.from(text);
  }
  const bytes = Buffer.from(text, "base64");
  // What is no base64 is passed over when it is decoded, so that less comes out.
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (text.length % 4 !== 0 || bytes.length !== (text.length / 4) * 3 - padding) throw new BadInput(`has a ${what} that is no base64`);
  return bytes;
}

function wholeNumber(value: unknown, what: string, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > most) throw new BadInput(`has a ${what} that is no whole number from 0`);
  return value;
}
