/**
 * Records out of Kafka, as they cross from the addon into JavaScript: a packed batch at a time.
 * native/packed_entry.h is the other side, and states the layout.
 */
import type { Header, HeaderPlace, KafkaRecord, PackedRecords } from "../record.ts";
import { readExactInt64, readInt64 } from "./int64.ts";

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

/** Records [from, to) of a batch. */
interface Slice {
  from: number;
  to: number;
}

/** A stretch of one partition. */
export interface Run extends Slice {
  topic: string;
  partition: number;
}

interface NumberedRun extends Slice {
  topicIndex: number;
  partition: number;
}

/** Records that came out of Kafka together; they are decoded when they are asked for. */
export class RecordBatch implements Iterable<KafkaRecord>, PackedRecords {
  readonly events: ReaderEvent[] = [];
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #topics: (index: number) => string;
  /** Where each record's entry begins. */
  #starts: Uint32Array;
  #runs: NumberedRun[] = [];

  /** Whether large values are elsewhere: then they can only be passed on, by value-writer.ts. */
  readonly refers: boolean;

  /** @param topics gives the name for a record's topic number */
  constructor(bytes: Buffer, topics: (index: number) => string, refers = false) {
    this.refers = refers;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#topics = topics;
    this.#starts = this.#index();
  }

  // One pass for all: what another core has just packed is as slow to look at a second time.
  #index(): Uint32Array {
    const view = this.#view;
    let starts = new Uint32Array(256);
    let length = 0;
    let run = { topicIndex: -1, partition: -1, from: 0, to: 0 };
    for (let at = 0; at < view.byteLength; at += view.getUint32(at, true)) {
      if (view.getInt32(at + 4, true) !== 0) {
        this.events.push(this.#event(at));
        continue;
      }
      const partition = view.getInt32(at + 8, true);
      const topicIndex = view.getUint32(at + 12, true);
      if (run.partition !== partition || run.topicIndex !== topicIndex) {
        run = { topicIndex, partition, from: length, to: length };
        this.#runs.push(run);
      }
      if (length === starts.length) starts = longer(starts);
      starts[length++] = at;
      run.to = length;
    }
    return starts.subarray(0, length);
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
  /** Where in it each record's entry begins. */
  get starts(): Uint32Array {
    return this.#starts;
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

  exactTimestampMs(index: number): number | bigint {
    return readExactInt64(this.#view, this.#start(index) + 24);
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

  /** Keeps only the records for which the function says so, in order. */
  filter(keep: (index: number) => boolean): void {
    const kept: number[] = [];
    const runs: NumberedRun[] = [];
    for (const run of this.#runs) {
      const from = kept.length;
      for (let index = run.from; index < run.to; index++) if (keep(index)) kept.push(this.#start(index));
      const last = runs.at(-1);
      if (last?.topicIndex === run.topicIndex && last.partition === run.partition) last.to = kept.length;
      else if (kept.length > from) runs.push({ ...run, from, to: kept.length });
    }
    this.#starts = Uint32Array.from(kept);
    this.#runs = runs;
  }

  /** The stretches of one partition's records, [from, to) each: mostly one, however many records there are. */
  runs(): Run[] {
    return this.#runs.map(({ topicIndex, partition, from, to }) => ({ topic: this.#topics(topicIndex), partition, from, to }));
  }

  truncate(length: number): void {
    if (length >= this.#starts.length) return;
    this.#starts = this.#starts.subarray(0, length);
    this.#runs = this.#runs.filter(({ from }) => from < length).map((run) => ({ ...run, to: Math.min(run.to, length) }));
  }

  record(index: number): KafkaRecord {
    const view = this.#view;
    const start = this.#start(index);
    const headers: Header[] = this.headerPlaces(index).map(({ nameAt, nameLength, valueAt, valueLength }) => ({
      name: this.#bytes.toString("utf8", nameAt, nameAt + nameLength),
      value: this.#part(valueAt, valueLength),
    }));
    const exact = readExactInt64(view, start + 24);
    return {
      topic: this.topic(index),
      partition: view.getInt32(start + 8, true),
      offset: readInt64(view, start + 16),
      timestampMs: Number(exact),
      ...(typeof exact === "bigint" && { exactTimestampMs: exact }),
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

function longer(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
