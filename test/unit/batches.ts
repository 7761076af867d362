/** Batches as the addon packs them. */
import { RecordBatch } from "../../src/kafka/batch.ts";
import type { KafkaRecord } from "../../src/record.ts";

/** Little-endian numbers and bytes in a row, as the addon's C++ writes them. */
export class Writer {
  readonly #parts: Uint8Array[] = [];
  #number(bytes: number, set: (view: DataView) => void): this {
    const part = Buffer.alloc(bytes);
    set(new DataView(part.buffer, part.byteOffset));
    return this.bytes(part);
  }
  u16 = (value: number) => this.#number(2, (view) => view.setUint16(0, value, true));
  u32 = (value: number) => this.#number(4, (view) => view.setUint32(0, value, true));
  i32 = (value: number) => this.#number(4, (view) => view.setInt32(0, value, true));
  i64 = (value: number) => this.#number(8, (view) => view.setBigInt64(0, BigInt(value), true));
  bytes(bytes: Uint8Array | null): this {
    if (bytes) this.#parts.push(bytes);
    return this;
  }
  get parts(): readonly Uint8Array[] {
    return this.#parts;
  }
  get done(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

export interface Entry {
  error?: number;
  partition?: number;
  topic?: number;
  offset?: number;
  timestampMs?: number;
  key?: Uint8Array | null;
  value?: Uint8Array | null;
  headers?: [string, Uint8Array | null][];
}

/** By the layout that native/packed_reader.cc states. */
function entry({ error = 0, partition = 0, topic = 0, offset = 0, timestampMs = 0, key = null, value = null, headers = [] }: Entry): Uint8Array[] {
  const rest = new Writer().i32(error).i32(partition).u32(topic).i64(offset).i64(timestampMs);
  rest
    .i32(key?.length ?? -1)
    .i32(value?.length ?? -1)
    .u16(headers.length)
    .u16(1);
  rest.bytes(key).bytes(value);
  for (const [name, content] of headers) {
    rest
      .u16(Buffer.from(name).length)
      .i32(content?.length ?? -1)
      .bytes(Buffer.from(name))
      .bytes(content);
  }
  const length = rest.parts.reduce((sum, part) => sum + part.length, 4);
  return [...new Writer().u32(length).parts, ...rest.parts];
}

const topicNames = ["scores", "cameras"];

/** The batch begins at an odd place in larger bytes: nothing may rely on alignment or on offset 0. */
export function batchOf(...entries: Entry[]): RecordBatch {
  // Copied once: a test may make batches of many megabytes.
  const larger = Buffer.concat([Buffer.from([1, 2, 3]), ...entries.flatMap(entry), Buffer.from([4])]);
  return new RecordBatch(larger.subarray(3, larger.length - 1), (index) => topicNames[index] ?? "");
}

/** The same of records as the rest of kt sees them; their topic becomes "scores". */
export function batchOfRecords(...records: KafkaRecord[]): RecordBatch {
  return batchOf(
    ...records.map(({ topic: _, headers, ...record }) => ({
      ...record,
      headers: headers.map(({ name, value }): [string, Uint8Array | null] => [name, value]),
    })),
  );
}
