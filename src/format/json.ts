/** A record as one line of JSON with nothing lost: what is not UTF-8 is base64, and says so. */
import { isUtf8 } from "node:buffer";
import type { KafkaRecord } from "../record.ts";

/** ECMAScript's proposal of source text access, which TypeScript does not know yet. */
export interface RawJson {
  rawJSON(text: string): object;
}

export type Encoding = "utf8" | "base64";

/** The envelope; a null key, value or header value is null, which is not the same as "". */
export interface RecordEnvelope {
  topic: string;
  partition: number;
  offset: number;
  /** Milliseconds since 1970, or null where the record has none. */
  timestamp: number | null;
  /** Where the time is the broker's, of when it wrote the record. */
  timestampType?: "append";
  key: string | null;
  value: string | null;
  /** In order, with duplicates. */
  headers: { name: string; value: string | null; encoding: Encoding }[];
  encoding: { key: Encoding; value: Encoding };
}

function encode(bytes: Uint8Array | null): [string | null, Encoding] {
  if (bytes === null) return [null, "utf8"];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer) ? [buffer.toString("utf8"), "utf8"] : [buffer.toString("base64"), "base64"];
}

/** The time is rounded where a number cannot hold it: envelopeJson prints it whole. */
export function toEnvelope(record: KafkaRecord): RecordEnvelope {
  const [key, keyEncoding] = encode(record.key);
  const [value, valueEncoding] = encode(record.value);
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    timestamp: record.timestampMs === -1 ? null : record.timestampMs,
    ...(record.isLogAppendTime && { timestampType: "append" }),
    key,
    value,
    headers: record.headers.map(({ name, value: headerValue }) => {
      const [text, encoding] = encode(headerValue);
      return { name, value: text, encoding };
    }),
    encoding: { key: keyEncoding, value: valueEncoding },
  };
}

/** The envelope as JSON, with every digit of the time. */
export function envelopeJson(record: KafkaRecord): string {
  const { exactTimestampMs } = record;
  const envelope = toEnvelope(record);
  return JSON.stringify(exactTimestampMs === undefined ? envelope : { ...envelope, timestamp: (JSON as unknown as RawJson).rawJSON(String(exactTimestampMs)) });
}
