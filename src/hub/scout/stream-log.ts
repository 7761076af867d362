/** A log in which only one stream is seen: who goes through it passes over what is between the stream's runs. */
import { type Chunk, ChunkedLog } from "../log/chunks.ts";
import type { Scout } from "./scout.ts";

export class StreamLog extends ChunkedLog {
  readonly #log: ChunkedLog;
  readonly #scout: Scout;
  readonly #key: string;
  readonly #among: number;
  /** The partitions in which it was looked for. */
  readonly #searched = new Set<number>();

  /** @param among how many partitions it is looked for in */
  constructor(log: ChunkedLog, scout: Scout, key: string, among = 1) {
    super();
    this.#log = log;
    this.#scout = scout;
    this.#key = key;
    this.#among = among;
  }

  override get signal(): AbortSignal | undefined {
    return this.#log.signal;
  }

  /** Where a chunk has nothing of the stream, it reaches to where the stream is next, or was last. */
  async chunk(topic: string, partition: number, offset: number, before = 0): Promise<Chunk> {
    return before > 0 ? this.#before(topic, partition, offset + 1, before) : this.#from(topic, partition, offset);
  }

  async #from(topic: string, partition: number, offset: number): Promise<Chunk> {
    const name = { topic, partition, among: this.#among, signal: this.signal };
    const absentTo = this.#scout.absentTo(name, this.#key, offset);
    const read = absentTo > offset || this.#isNowhere(partition, topic) ? undefined : await this.#own(topic, partition, offset, 0);
    // What is at the end comes next, whatever it is.
    if (read && (read.atEnd || read.end <= offset || read.records.some((record) => record.offset >= offset))) return read;
    const { offset: next, high } = await this.#scout.next(name, this.#key, read?.end ?? absentTo);
    if (next === offset) return this.#own(topic, partition, offset, 0);
    return empty(offset, Math.max(read?.end ?? absentTo, next ?? high), read);
  }

  async #before(topic: string, partition: number, end: number, before: number): Promise<Chunk> {
    const name = { topic, partition, among: this.#among, signal: this.signal };
    const absentSince = this.#scout.absentSince(name, this.#key, end);
    const read = absentSince < end || this.#isNowhere(partition, topic) ? undefined : await this.#own(topic, partition, end - 1, before);
    if (read && (read.start === 0 || read.start >= end || read.records.some((record) => record.offset < end))) return read;
    const start = read?.start ?? absentSince;
    const { offset: previous } = await this.#scout.previous(name, this.#key, start);
    if (previous === end) return this.#own(topic, partition, end - 1, before);
    return empty(Math.min(start, previous ?? 0), Math.max(end, read?.end ?? end), read);
  }

  /** Of many partitions it is in one, and nobody knows at first in which: of the others nothing is read. */
  #isNowhere(partition: number, topic: string): boolean {
    if (this.#among === 1 || this.#searched.has(partition)) return false;
    this.#searched.add(partition);
    return !this.#scout.hasSeen({ topic, partition }, this.#key);
  }

  async #own(topic: string, partition: number, offset: number, before: number): Promise<Chunk> {
    const chunk = await this.#log.chunk(topic, partition, offset, before);
    const wanted = before > 0 ? { from: 0, to: offset + 1 } : { from: offset, to: Number.MAX_SAFE_INTEGER };
    return { ...chunk, records: this.#scout.see({ topic, partition }, chunk, wanted).get(this.#key) ?? [] };
  }
}

function empty(start: number, end: number, read: Chunk | undefined): Chunk {
  return { start, end, records: [], unreadable: read?.unreadable ?? [], bytes: 0, atEnd: false };
}
