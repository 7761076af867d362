/**
 * Records out of Kafka, as they cross from the addon into JavaScript: a packed batch at a time.
 * native/packed_entry.h is the other side, and states the layout.
 */
import type { Header, HeaderPlace, KafkaRecord, PackedRecords } from "../record.ts";
import { readInt64 } from "./int64.ts";

const readerHeaderBytes = 44;
const logAppendTime = 2;

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
export class RecordBatch implements Iterable<KafkaRecord>, PackedRecords {
  readonly events: ReaderEvent[] = [];
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #topics: (index: number) => string;
  #starts: number[] = [];

  /** Whether large values are elsewhere: then they can only be passed on, by value-writer.ts. */
  readonly refers: boolean;

  /** @param topics gives the name for a record's topic number */
  constructor(bytes: Buffer, topics: (index: number) => string, refers = false) {
    this.refers = refers;
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

  get memory(): Buffer {
    return this.#bytes;
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

  isLogAppendTime(index: number): boolean {
    return this.#view.getUint16(this.#start(index) + 42, true) === logAppendTime;
  }

  keyAt(index: number): number {
    return this.#start(index) + readerHeaderBytes;
  }
  keyLength(index: number): number {
    return this.#view.getInt32(this.#start(index) + 32, true);
  }
  valueAt(index: number): number {
    const start = this.#start(index);
    return start + readerHeaderBytes + Math.max(0, this.#view.getInt32(start + 32, true));
  }
  valueLength(index: number): number {
    return this.#view.getInt32(this.#start(index) + 36, true);
  }

  /** A view of the record's key; nothing else of it is decoded. */
  key(index: number): Buffer | null {
    return this.#part(this.keyAt(index), this.keyLength(index));
  }
  /** A view of the record's value; nothing else of it is decoded. */
  value(index: number): Buffer | null {
    return this.#part(this.valueAt(index), this.valueLength(index));
  }
  hasHeaders(index: number): boolean {
    return this.#view.getUint16(this.#start(index) + 40, true) > 0;
  }

  headerPlaces(index: number): HeaderPlace[] {
    const view = this.#view;
    const places: HeaderPlace[] = [];
    let at = this.valueAt(index) + Math.max(0, this.valueLength(index));
    for (let left = view.getUint16(this.#start(index) + 40, true); left > 0; left--) {
      const nameLength = view.getUint16(at, true);
      const valueLength = view.getInt32(at + 2, true);
      const nameAt = at + 6;
      at = nameAt + nameLength + Math.max(0, valueLength);
      places.push({ nameAt, nameLength, valueAt: nameAt + nameLength, valueLength });
    }
    return places;
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
    const headers: Header[] = this.headerPlaces(index).map(({ nameAt, nameLength, valueAt, valueLength }) => ({
      name: this.#bytes.toString("utf8", nameAt, nameAt + nameLength),
      value: this.#part(valueAt, valueLength),
    }));
    return {
      topic: this.topic(index),
      partition: view.getInt32(start + 8, true),
      offset: readInt64(view, start + 16),
      timestampMs: readInt64(view, start + 24),
      isLogAppendTime: this.isLogAppendTime(index),
      key: this.key(index),
      value: this.value(index),
      headers,
    };
  }

  *[Symbol.iterator](): Iterator<KafkaRecord> {
    for (let index = 0; index < this.#starts.length; index++) yield this.record(index);
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
