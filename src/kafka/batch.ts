/**
 * Records out of Kafka, as they cross from the addon into JavaScript: a packed batch at a time.
 * native/packed_reader.cc is the other side, and states the layout.
 */
import type { Header, KafkaRecord } from "../record.ts";
import { readInt64 } from "./int64.ts";

const readerHeaderBytes = 44;

/** What the client says in place of a record, such as the end of a partition (code -191). */
export interface ReaderEvent {
  code: number;
  message: string;
  topic: string;
  partition: number;
  offset: number;
}

/** Records [from, to) of a batch are of one partition. */
export interface Run {
  topic: string;
  partition: number;
  from: number;
  to: number;
}

/** Records that came out of Kafka together; they are decoded when they are asked for. */
export class RecordBatch implements Iterable<KafkaRecord> {
  readonly events: ReaderEvent[] = [];
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #topics: (index: number) => string;
  #starts: number[] = [];

  /** @param topics gives the name for a record's topic number */
  constructor(bytes: Buffer, topics: (index: number) => string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#topics = topics;
    for (let at = 0; at < bytes.length; at += this.#view.getUint32(at, true)) {
      if (this.#view.getInt32(at + 4, true) === 0) this.#starts.push(at);
      else this.events.push(this.#event(at));
    }
  }

  get length(): number {
    return this.#starts.length;
  }
  /** Of memory, which every record of the batch holds. */
  get bytes(): number {
    return this.#bytes.length;
  }

  topic(index: number): string {
    return this.#topics(this.#view.getUint32(this.#start(index) + 12, true));
  }
  partition(index: number): number {
    return this.#view.getInt32(this.#start(index) + 8, true);
  }
  offset(index: number): number {
    return readInt64(this.#view, this.#start(index) + 16);
  }

  /** Milliseconds since 1970; -1 where the record has none. */
  timestampMs(index: number): number {
    return readInt64(this.#view, this.#start(index) + 24);
  }

  /** A view of the record's key; nothing else of it is decoded. */
  key(index: number): Buffer | null {
    return this.#part(this.#start(index) + readerHeaderBytes, this.#view.getInt32(this.#start(index) + 32, true));
  }
  /** A view of the record's value; nothing else of it is decoded. */
  value(index: number): Buffer | null {
    const start = this.#start(index);
    return this.#part(start + readerHeaderBytes + Math.max(0, this.#view.getInt32(start + 32, true)), this.#view.getInt32(start + 36, true));
  }
  hasHeaders(index: number): boolean {
    return this.#view.getUint16(this.#start(index) + 40, true) > 0;
  }

  /** Keeps only the records with exactly this key, of which nothing is decoded. */
  keepKey(key: Uint8Array): void {
    this.#starts = this.#starts.filter((start) => {
      const from = start + readerHeaderBytes;
      return this.#view.getInt32(start + 32, true) === key.length && this.#bytes.compare(key, 0, key.length, from, from + key.length) === 0;
    });
  }

  /** Keeps only the records for which the function says so, in order. */
  filter(keep: (index: number) => boolean): void {
    this.#starts = this.#starts.filter((_, index) => keep(index));
  }

  /** The stretches of one partition's records, [from, to) each: mostly one, however many records there are. */
  runs(): Run[] {
    const runs: Run[] = [];
    const partitionAt = (index: number) => this.#view.getInt32((this.#starts[index] as number) + 8, true);
    const topicAt = (index: number) => this.#view.getUint32((this.#starts[index] as number) + 12, true);
    for (let from = 0; from < this.#starts.length; ) {
      const partition = partitionAt(from);
      const topic = topicAt(from);
      let to = from + 1;
      while (to < this.#starts.length && partitionAt(to) === partition && topicAt(to) === topic) to++;
      runs.push({ topic: this.topic(from), partition, from, to });
      from = to;
    }
    return runs;
  }
  truncate(length: number): void {
    this.#starts.length = Math.min(this.#starts.length, length);
  }

  record(index: number): KafkaRecord {
    const view = this.#view;
    const start = this.#start(index);
    const keyLength = view.getInt32(start + 32, true);
    const valueLength = view.getInt32(start + 36, true);
    const headerCount = view.getUint16(start + 40, true);
    let at = start + readerHeaderBytes;
    const take = (length: number): Uint8Array | null => {
      if (length < 0) return null;
      at += length;
      return this.#bytes.subarray(at - length, at);
    };
    const key = take(keyLength);
    const value = take(valueLength);
    const headers: Header[] = [];
    for (let i = 0; i < headerCount; i++) {
      const nameLength = view.getUint16(at, true);
      const length = view.getInt32(at + 2, true);
      at += 6 + nameLength;
      headers.push({ name: this.#bytes.toString("utf8", at - nameLength, at), value: take(length) });
    }
    return {
      topic: this.topic(index),
      partition: view.getInt32(start + 8, true),
      offset: readInt64(view, start + 16),
      timestampMs: readInt64(view, start + 24),
      key,
      value,
      headers,
    };
  }

  *[Symbol.iterator](): Iterator<KafkaRecord> {
    for (let index = 0; index < this.#starts.length; index++) yield this.record(index);
  }

  /** All values, each followed by the delimiter, without a string or an object for any of them. */
  joinValues(delimiter: number): Buffer {
    const view = this.#view;
    let size = this.#starts.length;
    for (const start of this.#starts) size += Math.max(0, view.getInt32(start + 36, true));
    const out = Buffer.allocUnsafe(size);
    let to = 0;
    for (const start of this.#starts) {
      const from = start + readerHeaderBytes + Math.max(0, view.getInt32(start + 32, true));
      const length = Math.max(0, view.getInt32(start + 36, true));
      this.#bytes.copy(out, to, from, from + length);
      to += length;
      out[to++] = delimiter;
    }
    return out;
  }

  #part(from: number, length: number): Buffer | null {
    return length < 0 ? null : this.#bytes.subarray(from, from + length);
  }

  #start(index: number): number {
    const start = this.#starts[index];
    if (start === undefined) throw new RangeError(`no record ${index} in a batch of ${this.length}`);
    return start;
  }

  #event(at: number): ReaderEvent {
    const keyLength = Math.max(0, this.#view.getInt32(at + 32, true));
    const from = at + readerHeaderBytes + keyLength;
    return {
      code: this.#view.getInt32(at + 4, true),
      message: this.#bytes.toString("utf8", from, from + Math.max(0, this.#view.getInt32(at + 36, true))),
      topic: this.#topics(this.#view.getUint32(at + 12, true)),
      partition: this.#view.getInt32(at + 8, true),
      offset: readInt64(this.#view, at + 16),
    };
  }
}
