/** The latest record of each key, or of each value of a field: a topic seen as a table. */
import { parseSoon, writeJson } from "../../format/lenient-json.ts";
import type { RecordBatch } from "../../kafka/batch.ts";
import type { KafkaRecord } from "../../record.ts";
import { textOf } from "./text-of.ts";

const mostKeys = 1000;
const mostBytes = 32 << 20;
const none = Buffer.alloc(0);

/** What tells a table's rows apart; undefined where the record is of no row. */
export type KeyOf = (batch: Pick<RecordBatch, "key" | "value">, index: number) => string | undefined;

export const byRecordKey: KeyOf = (batch, index) => batch.key(index)?.toString("latin1");

/** @param path the field's name, or the names that lead to it */
export function byField(path: readonly string[]): KeyOf {
  return (batch, index) => {
    const text = textOf(batch.value(index) ?? none);
    if (!text) return undefined;
    try {
      let value: unknown = parseSoon(text);
      for (const name of path) value = (value as Record<string, unknown> | null)?.[name];
      // As the page names a row, which shows lists and objects as JSON.
      return value === undefined || value === null ? undefined : typeof value === "object" ? writeJson(value) : String(value);
    } catch {
      return undefined;
    }
  };
}

/** @param by a field's path, null for the records' keys */
export function keyOfRows(by: readonly string[] | null): KeyOf {
  return by ? byField(by) : byRecordKey;
}

/** The row that a record is of. */
export function rowOf(keyOf: KeyOf, { key, value }: KafkaRecord): string | undefined {
  const buffer = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return keyOf({ key: () => buffer(key), value: () => buffer(value) }, 0);
}

interface Entry {
  record: KafkaRecord;
  /** The count of changes at its own. */
  version: number;
}

export class LatestByKey {
  /** Keys of which nothing is known any more, because there are too many. */
  forgotten = 0;
  readonly #keyOf: KeyOf;
  /** The key that changed last comes last. */
  readonly #entries = new Map<string, Entry>();
  #version = 0;
  #bytes = 0;

  constructor(keyOf: KeyOf) {
    this.#keyOf = keyOf;
  }

  /** Of records of one partition, only the last of each key is decoded. */
  take(batch: RecordBatch, from: number, to: number): void {
    const seen = new Map<string, number>();
    for (let index = to - 1; index >= from && seen.size < mostKeys; index--) {
      const key = this.#keyOf(batch, index);
      if (key !== undefined && !seen.has(key)) seen.set(key, index);
    }
    for (const [key, index] of [...seen].reverse()) this.#set(key, batch, index);
  }

  /** What changed after that version, a removed row as a record without value. From 0 it is all that there is. */
  since(version: number): { records: KafkaRecord[]; version: number } {
    const changed = [...this.#entries.values()].filter((entry) => entry.version > version && (version > 0 || entry.record.value !== null));
    return { records: changed.map(({ record }) => record), version: this.#version };
  }

  #set(key: string, batch: RecordBatch, index: number): void {
    const before = this.#entries.get(key)?.record;
    if (before && !isNewer(batch, index, before)) return;
    const record = copyOf(batch.record(index));
    this.#entries.delete(key);
    this.#entries.set(key, { record, version: ++this.#version });
    this.#bytes += sizeOf(record) - (before ? sizeOf(before) : 0);
    while (this.#entries.size > mostKeys || (this.#bytes > mostBytes && this.#entries.size > 1)) {
      const [oldest, entry] = this.#entries.entries().next().value as [string, Entry];
      this.#entries.delete(oldest);
      this.#bytes -= sizeOf(entry.record);
      if (entry.record.value !== null) this.forgotten++;
    }
  }
}

/** What the log held is read while new records come. */
function isNewer(batch: RecordBatch, index: number, before: KafkaRecord): boolean {
  return batch.partition(index) === before.partition ? batch.offset(index) > before.offset : batch.timestampMs(index) >= before.timestampMs;
}

function sizeOf({ key, value }: KafkaRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0);
}

/** Headers are no part of a table. */
function copyOf({ key, value, ...record }: KafkaRecord): KafkaRecord {
  const copy = (bytes: Uint8Array | null) => (bytes === null ? null : Uint8Array.prototype.slice.call(bytes));
  return { ...record, key: copy(key), value: copy(value), headers: [] };
}
