/** Which records are wanted, decided on their bytes: nothing of a record is decoded for it but what is asked about. */
import { KtError } from "../errors.ts";
import type { PackedRecords } from "../record.ts";

export interface Wanted {
  key: Buffer | undefined;
  /** All of them; without a value the name alone counts. */
  headers: { name: string; value: Buffer | undefined }[];
  /** A regular expression that the value must match. */
  grep: string | undefined;
}

export type RecordFilter = (records: PackedRecords, index: number) => boolean;

/** @returns undefined where every record is wanted. @throws KtError usage */
export function recordFilter({ key, headers, grep }: Wanted): RecordFilter | undefined {
  const filters: RecordFilter[] = [];
  if (key) filters.push((records, index) => same(records.memory, records.keyAt(index), records.keyLength(index), key));
  for (const { name, value } of headers) filters.push(hasHeader(Buffer.from(name), value));
  if (grep !== undefined) filters.push(valueMatches(grep));
  if (filters.length === 0) return undefined;
  return (records, index) => filters.every((filter) => filter(records, index));
}

function same(memory: Buffer, at: number, length: number, bytes: Buffer): boolean {
  return length === bytes.length && memory.compare(bytes, 0, length, at, at + length) === 0;
}

function hasHeader(name: Buffer, value: Buffer | undefined): RecordFilter {
  return (records, index) =>
    records
      .headerPlaces(index)
      .some(
        (place) =>
          same(records.memory, place.nameAt, place.nameLength, name) && (value === undefined || same(records.memory, place.valueAt, place.valueLength, value)),
      );
}

function valueMatches(pattern: string): RecordFilter {
  // Words, as most patterns are, are looked for in the bytes.
  if (/^[\p{L}\p{N} _:=,"'@#%&~!<>;/-]+$/u.test(pattern)) {
    const bytes = Buffer.from(pattern);
    return (records, index) => bytesOfValue(records, index)?.includes(bytes) ?? false;
  }
  const expression = regularExpression(pattern);
  return (records, index) => {
    const value = bytesOfValue(records, index);
    return value !== undefined && expression.test(value.toString());
  };
}

function regularExpression(pattern: string): RegExp {
  const [, ignoreCase, rest = pattern] = /^(\(\?i\))?(.*)$/s.exec(pattern) ?? [];
  try {
    return new RegExp(rest, ignoreCase ? "ius" : "us");
  } catch (error) {
    throw KtError.usage(`--grep: '${pattern}' is no regular expression: ${(error as Error).message.replace(/^Invalid regular expression: /, "")}.`);
  }
}

function bytesOfValue(records: PackedRecords, index: number): Buffer | undefined {
  const length = records.valueLength(index);
  const at = records.valueAt(index);
  return length < 0 ? undefined : records.memory.subarray(at, at + length);
}
