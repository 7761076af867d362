/**
 * The packed formats in which records and deliveries cross between JavaScript and the addon, a batch
 * at a time. native/packed_reader.cc and native/packed_producer.cc are the other side, and state the
 * layouts. All numbers are little-endian.
 */
import type { Header, KafkaRecord } from "../record.ts";

const readerHeaderBytes = 44;
const producerHeaderBytes = 32;
const deliveryBytes = 32;
const twoTo32 = 2 ** 32;

/** Offsets and times stay below 2^53, so two halves make an exact number without a BigInt. */
function readInt64(view: DataView, at: number): number {
  return view.getInt32(at + 4, true) * twoTo32 + view.getUint32(at, true);
}

function writeInt64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setInt32(at + 4, Math.floor(value / twoTo32), true);
}

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

  topic(index: number): string {
    return this.#topics(this.#view.getUint32(this.#start(index) + 12, true));
  }
  partition(index: number): number {
    return this.#view.getInt32(this.#start(index) + 8, true);
  }
  offset(index: number): number {
    return readInt64(this.#view, this.#start(index) + 16);
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

export interface PackedRecord {
  topicIndex: number;
  /** -1 lets the partitioner choose. */
  partition: number;
  /** 0 is now. */
  timestampMs: number;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: readonly Header[];
}

/** Packs records for the addon into one buffer that grows to what it needs and is used again. */
export class RecordPacker {
  #bytes = Buffer.allocUnsafeSlow(1 << 18);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get bytes(): Buffer {
    return this.#bytes;
  }
  get length(): number {
    return this.#length;
  }
  clear(): void {
    this.#length = 0;
  }

  /** How many records stand in the buffer from that byte on. */
  count(from: number): number {
    let count = 0;
    for (let at = from; at < this.#length; count++) {
      const view = this.#view;
      at += producerHeaderBytes + Math.max(0, view.getInt32(at + 16, true)) + Math.max(0, view.getInt32(at + 20, true)) + view.getUint32(at + 24, true);
    }
    return count;
  }

  add(record: PackedRecord): void {
    const { key, value, headers } = record;
    const names = headers.map((header) => Buffer.from(header.name));
    let headerBytes = 0;
    headers.forEach((header, i) => {
      headerBytes += 6 + (names[i] as Buffer).length + (header.value?.length ?? 0);
    });
    let at = this.#begin(record, headerBytes, headers.length);
    if (key) {
      this.#bytes.set(key, at);
      at += key.length;
    }
    if (value) {
      this.#bytes.set(value, at);
      at += value.length;
    }
    headers.forEach((header, i) => {
      const name = names[i] as Buffer;
      this.#view.setUint16(at, name.length, true);
      this.#view.setInt32(at + 2, header.value ? header.value.length : -1, true);
      this.#bytes.set(name, at + 6);
      at += 6 + name.length;
      if (header.value) {
        this.#bytes.set(header.value, at);
        at += header.value.length;
      }
    });
    this.#length = at;
  }

  #begin(record: PackedRecord, headerBytes: number, headerCount: number): number {
    const keyLength = record.key?.length ?? 0;
    const valueLength = record.value?.length ?? 0;
    const size = producerHeaderBytes + keyLength + valueLength + headerBytes;
    if (this.#length + size > this.#bytes.length) this.#grow(size);
    const at = this.#length;
    const view = this.#view;
    view.setUint32(at, record.topicIndex, true);
    view.setInt32(at + 4, record.partition, true);
    writeInt64(view, at + 8, record.timestampMs);
    view.setInt32(at + 16, record.key ? keyLength : -1, true);
    view.setInt32(at + 20, record.value ? valueLength : -1, true);
    view.setUint32(at + 24, headerBytes, true);
    view.setUint32(at + 28, headerCount, true);
    return at + producerHeaderBytes;
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + needed));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** What became of one produced record. */
export interface Delivery {
  /** Which record of its producer, counted from 0. */
  sequence: number;
  partition: number;
  /** Where it stands; -1001 where it was not delivered. */
  offset: number;
  /** From the produce call to the broker's acknowledgement. */
  latencyMs: number;
  /** librdkafka's error code; 0 when it was delivered. */
  errorCode: number;
}

/**
 * Counts a packed batch of deliveries, and calls the function, where there is one, for each.
 * @returns how many were delivered, and how often each error code came
 */
export function countDeliveries(bytes: Buffer, failures: Map<number, number>, visit?: (delivery: Delivery) => void): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let delivered = 0;
  for (let at = 0; at < bytes.length; at += deliveryBytes) {
    const errorCode = view.getInt32(at + 24, true);
    if (errorCode === 0) delivered++;
    else failures.set(errorCode, (failures.get(errorCode) ?? 0) + 1);
    visit?.({
      sequence: readInt64(view, at),
      offset: readInt64(view, at + 8),
      latencyMs: readInt64(view, at + 16) / 1000,
      errorCode,
      partition: view.getInt32(at + 28, true),
    });
  }
  return delivered;
}
