/** The words that every part shares: a record, and a place in a topic. */
import { KtError } from "./errors.ts";

export interface Header {
  name: string;
  /** null is kept apart from empty. */
  value: Uint8Array | null;
}

/** A record as it stands in Kafka. Bytes are views into the batch that brought them: copy what outlives it. */
export interface KafkaRecord {
  topic: string;
  partition: number;
  offset: number;
  /** Milliseconds since 1970, or -1 where the record has no timestamp. */
  timestampMs: number;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: Header[];
}

/** A record to be produced. Without a partition the partitioner chooses, without a timestamp it is now. */
export interface OutgoingRecord {
  topic: string;
  partition?: number;
  timestampMs?: number;
  key?: Uint8Array | null;
  value: Uint8Array | null;
  headers?: Header[];
}

/** Where to begin in each partition. "resume" is where the consumer group stopped. */
export type Position =
  | { at: "start" }
  | { at: "end" }
  | { at: "resume" }
  | { at: "offset"; offset: number }
  | { at: "tail"; count: number }
  | { at: "time"; timeMs: number };

/**
 * Reads a position as people write it: start, end, resume, 42 (an offset), -10 (the last ten of each
 * partition), @1700000000000 (milliseconds) or @2026-01-31T12:00:00Z.
 * @throws KtError with exit code 2
 */
export function parsePosition(text: string): Position {
  if (text === "start" || text === "beginning" || text === "earliest") return { at: "start" };
  if (text === "end" || text === "latest" || text === "live") return { at: "end" };
  if (text === "resume" || text === "stored") return { at: "resume" };
  if (/^\d+$/.test(text)) return { at: "offset", offset: Number(text) };
  if (/^-[1-9]\d*$/.test(text)) return { at: "tail", count: -Number(text) };
  if (/^@\d+$/.test(text)) return { at: "time", timeMs: Number(text.slice(1)) };
  const timeMs = text.startsWith("@") ? Date.parse(text.slice(1)) : Number.NaN;
  if (!Number.isNaN(timeMs)) return { at: "time", timeMs };
  throw KtError.usage(
    `'${text}' is not a position`,
    "Give start, end, an offset (42), the last N (-10), or a time (@2026-01-31T12:00:00Z, or @ and milliseconds).",
  );
}

/** The value of the first header of that name, as text; undefined when there is none. */
export function headerText(headers: Header[], name: string): string | undefined {
  const header = headers.find((candidate) => candidate.name === name);
  return header?.value ? Buffer.from(header.value.buffer, header.value.byteOffset, header.value.byteLength).toString() : undefined;
}
