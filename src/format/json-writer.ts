/**
 * The envelope of json.ts, written from packed records: byte for byte what JSON.stringify makes of it,
 * without an object or a string for most records.
 */
import { isUtf8 } from "node:buffer";
import type { PackedRecords } from "../record.ts";
import type { ByteWriter } from "./byte-writer.ts";

const quote = 0x22;
const backslash = 0x5c;
/** How much is escaped at once; each byte may become six. */
const pieceBytes = 1 << 14;

/** What a control character becomes: \n where JSON has a letter for it, else \u001b. */
const controls = Array.from({ length: 32 }, (_, code) => Buffer.from(JSON.stringify(String.fromCharCode(code)).slice(1, -1)));

/** Bytes that stand for themselves in a JSON string: ASCII but quote, backslash and controls. */
const plain = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x20 && byte < 0x80 && byte !== quote && byte !== backslash ? 1 : 0));

const fields = {
  timestamp: Buffer.from(',"timestamp":'),
  appended: Buffer.from(',"timestampType":"append"'),
  key: Buffer.from(',"key":'),
  value: Buffer.from(',"value":'),
  headers: Buffer.from(',"headers":'),
  noHeaders: Buffer.from(',"headers":[]'),
  none: Buffer.from("null"),
};
const encodings = [false, true].map((keyIsText) =>
  [false, true].map((valueIsText) => Buffer.from(`,"encoding":{"key":"${keyIsText ? "utf8" : "base64"}","value":"${valueIsText ? "utf8" : "base64"}"}}`)),
);

/** What lines of a partition begin with, up to the offset. */
const beginnings = new Map<string, Buffer[]>();

function beginning(topic: string, partition: number): Buffer {
  let ofTopic = beginnings.get(topic);
  if (!ofTopic) {
    ofTopic = [];
    beginnings.set(topic, ofTopic);
  }
  ofTopic[partition] ??= Buffer.from(`{"topic":${JSON.stringify(topic)},"partition":${partition},"offset":`);
  return ofTopic[partition];
}

/** One record as a line of JSON, without the newline. */
export function writeEnvelope(records: PackedRecords, index: number, out: ByteWriter): void {
  const { memory } = records;
  out.bytes(beginning(records.topic(index), records.partition(index)));
  out.number(records.offset(index));
  out.bytes(fields.timestamp);
  const timestampMs = records.exactTimestampMs(index);
  if (timestampMs === -1) out.bytes(fields.none);
  else out.number(timestampMs);
  if (records.isLogAppendTime(index)) out.bytes(fields.appended);
  out.bytes(fields.key);
  const keyIsText = writeJsonBytes(memory, records.keyAt(index), records.keyLength(index), out);
  out.bytes(fields.value);
  const valueIsText = writeJsonBytes(memory, records.valueAt(index), records.valueLength(index), out);
  if (records.hasHeaders(index)) {
    out.bytes(fields.headers);
    writeJsonHeaders(records, index, out);
  } else out.bytes(fields.noHeaders);
  out.bytes(encodings[Number(keyIsText)]?.[Number(valueIsText)] as Buffer);
}

/** The array of a record's headers, in order. */
export function writeJsonHeaders(records: PackedRecords, index: number, out: ByteWriter): void {
  out.latin1("[");
  let first = true;
  for (const { nameAt, nameLength, valueAt, valueLength } of records.headerPlaces(index)) {
    out.latin1(first ? '{"name":' : ',{"name":');
    first = false;
    // A name is text by Kafka's protocol; one that is not comes as the replacement characters it reads as.
    out.text(JSON.stringify(records.memory.toString("utf8", nameAt, nameAt + nameLength)));
    out.latin1(',"value":');
    const isText = writeJsonBytes(records.memory, valueAt, valueLength, out);
    out.latin1(isText ? ',"encoding":"utf8"}' : ',"encoding":"base64"}');
  }
  out.latin1("]");
}

/**
 * Bytes as a JSON string: as text where they are UTF-8, else as base64; a length below 0 is null.
 * @returns whether they are text
 */
export function writeJsonBytes(memory: Buffer, from: number, length: number, out: ByteWriter): boolean {
  if (length < 0) {
    out.bytes(fields.none);
    return true;
  }
  const start = out.length;
  const to = from + length;
  let checked = false;
  out.byte(quote);
  for (let at = from; at < to; ) {
    const end = Math.min(to, at + pieceBytes);
    let next = out.reserve((end - at) * 6);
    const target = out.memory;
    for (; at < end; at++) {
      const byte = memory[at] as number;
      if (plain[byte] === 1) {
        target[next++] = byte;
        continue;
      }
      if (byte < 0x20) {
        const text = controls[byte] as Buffer;
        for (let i = 0; i < text.length; i++) target[next++] = text[i] as number;
        continue;
      }
      if (byte === quote || byte === backslash) target[next++] = backslash;
      else if (!checked) {
        if (!isUtf8(memory.subarray(at, to))) {
          out.filled(start);
          out.latin1(`"${memory.toString("base64", from, to)}"`);
          return false;
        }
        checked = true;
      }
      target[next++] = byte;
    }
    out.filled(next);
  }
  out.byte(quote);
  return true;
}
