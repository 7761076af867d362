/**
 * Records into Kafka, as they cross from JavaScript into the addon, and deliveries on the way back: a
 * packed batch at a time. native/packed_producer.cc is the other side, and states the layouts.
 */
import { KtError } from "../../errors.ts";
import type { Header } from "../../record.ts";
import { readInt64, writeInt64 } from "../int64.ts";

const producerHeaderBytes = 32;
const deliveryBytes = 32;
const longestHeaderName = 0xffff;

/** The few names that most records have, as bytes. */
const knownNames = new Map<string, Buffer>();
const mostKnownNames = 256;

/** Its length must fit in 16 bits. */
function headerName(name: string): Buffer {
  const known = knownNames.get(name);
  if (known) return known;
  const bytes = Buffer.from(name);
  if (bytes.length > longestHeaderName) throw KtError.usage(`A header's name has ${bytes.length} bytes, and ${longestHeaderName} are the most.`);
  if (knownNames.size < mostKnownNames) knownNames.set(name, bytes);
  return bytes;
}

export interface PackedRecord {
  topicIndex: number;
  /** -1 lets the partitioner choose. */
  partition: number;
  /** 0 is now. */
  timestampMs: number | bigint;
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
    const names = headers.map((header) => headerName(header.name));
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
