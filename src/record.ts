/** The words that every part shares: a record, and a place in a topic. */
import { KtError } from "./errors.ts";
import { parseDuration } from "./units.ts";

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
  /** Where a number cannot hold it: a producer wrote nanoseconds, say. */
  exactTimestampMs?: bigint;
  /** The time is the broker's, of when it wrote the record, and not the producer's. */
  isLogAppendTime?: boolean;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: Header[];
}

/** A record to be produced. Without a partition the partitioner chooses, without a timestamp it is now. */
export interface OutgoingRecord {
  topic: string;
  partition?: number;
  timestampMs?: number;
  /** In its place, where a number cannot hold it. */
  exactTimestampMs?: bigint;
  key?: Uint8Array | null;
  value: Uint8Array | null;
  headers?: Header[];
}

/**
 * Records as they lie in memory after Kafka. What prints them copies their bytes from there, without
 * making an object or a string of each.
 */
export interface PackedRecords {
  readonly length: number;
  /** What the places below are places in. */
  readonly memory: Buffer;
  topic(index: number): string;
  partition(index: number): number;
  offset(index: number): number;
  /** Milliseconds since 1970; -1 where the record has none. */
  timestampMs(index: number): number;
  /** The same with every digit, where a number cannot hold it. */
  exactTimestampMs(index: number): number | bigint;
  /** The time is the broker's, of when it wrote the record, and not the producer's. */
  isLogAppendTime(index: number): boolean;
  /** Where the key begins, and its length: -1 where it is null. The same of the value. */
  keyAt(index: number): number;
  keyLength(index: number): number;
  valueAt(index: number): number;
  valueLength(index: number): number;
  hasHeaders(index: number): boolean;
  headerPlaces(index: number): HeaderPlace[];
}

/** Where a header lies in the memory of packed records. */
export interface HeaderPlace {
  nameAt: number;
  nameLength: number;
  valueAt: number;
  /** -1 where the header's value is null. */
  valueLength: number;
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
 * partition), @1700000000000 (milliseconds), @2026-01-31T12:00:00Z, or @-1h (an hour ago).
 * @throws KtError with exit code 2
 */
export function parsePosition(text: string): Position {
  if (text === "start" || text === "beginning" || text === "earliest") return { at: "start" };
  if (text === "end" || text === "latest" || text === "live") return { at: "end" };
  if (text === "resume" || text === "stored") return { at: "resume" };
  const number = Number(text.replace(/^@/, ""));
  if (/^@?-?\d+$/.test(text) && Number.isSafeInteger(number)) {
    if (/^\d/.test(text)) return { at: "offset", offset: number };
    if (/^-[1-9]/.test(text)) return { at: "tail", count: -number };
    if (/^@\d/.test(text)) return { at: "time", timeMs: number };
  }
  const timeMs = text.startsWith("@") ? (parseTime(text.slice(1)) ?? timeFromNow(text)) : undefined;
  if (timeMs !== undefined) return { at: "time", timeMs };
  throw KtError.usage(
    `'${text}' is not a position`,
    "Give start, end, an offset (42), the last N (-10), or a time (@2026-01-31T12:00:00Z, @-1h, or @ and milliseconds).",
  );
}

/** @-1h, @-90s, @+5m: by this machine's clock. */
function timeFromNow(text: string): number | undefined {
  const [, sign, duration] = /^@([+-])(\d+(?:\.\d+)?(?:ms|s|m|h|d))$/.exec(text) ?? [];
  if (sign === undefined || duration === undefined) return undefined;
  return Math.round(Date.now() + (sign === "-" ? -1 : 1) * parseDuration(duration, text));
}

/** A position in each partition. */
export interface Positions {
  /** Where no other is given. */
  other: Position;
  of: ReadonlyMap<number, Position>;
}

/**
 * A position for all partitions, or P=POSITION for some, by commas: 0=100,2=@-1h.
 * @param other where those partitions are that are not named
 * @throws KtError with exit code 2
 */
export function parsePositions(text: string, other: Position): Positions {
  if (!text.includes("=")) return { other: parsePosition(text), of: new Map() };
  const of = new Map<number, Position>();
  for (const part of text.split(",")) {
    const [, partition, position] = /^(\d{1,10})=(.*)$/s.exec(part) ?? [];
    if (partition === undefined || position === undefined)
      throw KtError.usage(`'${part}' is not a partition and its position`, "Give both, several by commas: 0=100,1=@-1h.");
    of.set(Number(partition), parsePosition(position));
  }
  return { other, of };
}

export function positionIn({ other, of }: Positions, partition: number): Position {
  return of.get(partition) ?? other;
}

/** A name that Kafka takes. @throws KtError with exit code 2 */
export function checkTopicName(name: string): void {
  if (/^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== "." && name !== "..") return;
  throw new KtError({
    code: "invalid_topic",
    exitCode: 2,
    message: `'${name}' cannot be a topic's name.`,
    hint: "A name has 1 to 249 of the characters a-z A-Z 0-9 . _ - and is neither '.' nor '..'.",
  });
}

/** RFC 3339, its time and its zone optional (then UTC); undefined for anything else, such as 31 February. */
function parseTime(text: string): number | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/i.exec(text);
  if (!parts) return undefined;
  const [, day, time = "00:00", zone = "Z"] = parts;
  // Date.parse takes 31 February for 3 March: the day must come back as it went in.
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return undefined;
  const timeMs = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** As RFC 3339 has it; a time that no date can be, as when a producer wrote nanoseconds, in milliseconds. */
export function timeText(timeMs: number): string {
  const at = new Date(timeMs);
  return Number.isNaN(at.getTime()) ? String(timeMs) : at.toISOString();
}

/** The value of the first header of that name, as text; undefined when there is none. */
export function headerText(headers: Header[], name: string): string | undefined {
  const header = headers.find((candidate) => candidate.name === name);
  return header?.value ? Buffer.from(header.value.buffer, header.value.byteOffset, header.value.byteLength).toString() : undefined;
}

/** Offsets [from, to) of a partition. */
export interface Stretch {
  topic: string;
  partition: number;
  from: number;
  to: number;
}

/** Where a record is: in its partition, and in time. */
export type Spot = Pick<KafkaRecord, "partition" | "offset" | "timestampMs">;

/** A partition as a key in maps: a topic's name has no slash. */
export function partitionName({ topic, partition }: { topic: string; partition: number }): string {
  return `${topic}/${partition}`;
}
