/** What the log holds, read in chunks that all viewers share: a few readers, and one cache that is bounded in bytes. */
import { KtError } from "../../errors.ts";
import type { KafkaConfig } from "../../kafka/config.ts";
import { RangeReader, type RangeRequest } from "../../kafka/read/range-reader.ts";
import { type KafkaRecord, partitionName } from "../../record.ts";
import { type Chunk, ChunkedLog } from "./chunks.ts";
import { Garbage } from "./garbage.ts";

export interface ArchiveOptions {
  mostBytes?: number;
  mostReaders?: number;
}

const chunkBytes = 256 << 10;
/** Who looks back needs more at once. */
const lookBackBytes = 2 << 20;
/** Chunks begin at multiples of this, so that two viewers who are nearly at the same place share them. */
const alignRecords = 16;
/** Whoever goes through what is in memory holds up everything else for no longer than this. */
const longestHoldMs = 10;
/** A chunk of tiny records has an object for each of them, and for each of their headers. */
const recordOverheadBytes = 200;

export class Archive extends ChunkedLog {
  readonly #reader: RangeReader;
  readonly #mostBytes: number;
  /** By "topic/partition", in order and without overlap. */
  readonly #partitions = new Map<string, Chunk[]>();
  /** Those that were used longest ago first. */
  readonly #used = new Map<Chunk, string>();
  readonly #reading = new Map<string, Promise<Chunk>>();
  /** Counts topics that went: what was being read meanwhile is not kept. */
  #gone = 0;
  #bytes = 0;
  #breathedAtMs = 0;
  readonly #garbage = new Garbage();
  readonly counts = { hits: 0, misses: 0 };

  constructor(config: KafkaConfig, { mostBytes = 64 << 20, mostReaders = 4 }: ArchiveOptions = {}) {
    super();
    this.#mostBytes = mostBytes;
    this.#reader = new RangeReader(config, mostReaders);
  }

  get bytes(): number {
    return this.#bytes;
  }

  async chunk(topic: string, partition: number, offset: number, before = 0): Promise<Chunk> {
    if (!Number.isSafeInteger(offset) || offset < 0) throw KtError.usage(`${offset} is no offset.`);
    const name = partitionName({ topic, partition });
    const known = this.#find(name, offset);
    if (known) {
      this.counts.hits++;
      this.#touch(known, name);
      await this.#breathe();
      return known;
    }
    const chunks = this.#partitions.get(name) ?? [];
    const previous = chunks.findLast(({ end }) => end <= offset);
    const following = chunks.find(({ start }) => start > offset);
    const aligned = Math.floor(Math.max(0, offset - before) / alignRecords) * alignRecords;
    const start = Math.max(aligned, previous?.end ?? 0);
    const key = `${name}/${start}`;
    const reading =
      this.#reading.get(key) ??
      this.#read({ topic, partition, start, end: following?.start ?? Number.MAX_SAFE_INTEGER, enoughBytes: before > 0 ? lookBackBytes : chunkBytes });
    if (!this.#reading.has(key)) {
      this.counts.misses++;
      this.#reading.set(key, reading);
      const forget = () => this.#reading.delete(key);
      reading.then(forget, forget);
    } else this.counts.hits++;
    const chunk = await reading;
    // What is before it may have filled the chunk already.
    return chunk.end <= offset && !chunk.atEnd ? this.chunk(topic, partition, offset) : chunk;
  }

  /** The same log for somebody who may leave: whoever reads on then gets the signal's reason. */
  until(signal: AbortSignal): ChunkedLog {
    return new Until(this, signal);
  }

  /** The topic was deleted, or made again. */
  forget(topic: string): void {
    this.#gone++;
    for (const [chunk, name] of this.#used) if (name.slice(0, name.lastIndexOf("/")) === topic) this.#drop(chunk, name);
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }

  async #breathe(): Promise<void> {
    if (performance.now() - this.#breathedAtMs < longestHoldMs) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#breathedAtMs = performance.now();
  }

  #find(name: string, offset: number): Chunk | undefined {
    const chunks = this.#partitions.get(name);
    if (!chunks) return undefined;
    let from = 0;
    let to = chunks.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((chunks[middle] as Chunk).end <= offset) from = middle + 1;
      else to = middle;
    }
    const chunk = chunks[from];
    return chunk && chunk.start <= offset ? chunk : undefined;
  }

  async #read(request: RangeRequest): Promise<Chunk> {
    const gone = this.#gone;
    const range = await this.#reader.read(request);
    const chunk: Chunk = { start: request.start, ...range, bytes: range.bytes + objectsOf(range.records) * recordOverheadBytes };
    // Many records that are too large together are not when only the last few of them are asked for.
    const final = range.unreadable.every(({ from, to }) => to - from === 1);
    if (chunk.end > chunk.start && gone === this.#gone && final) this.#keep(chunk, partitionName(request));
    return chunk;
  }

  #keep(read: Chunk, name: string): void {
    const chunks = this.#partitions.get(name) ?? [];
    let chunk = read;
    // Those that were read meanwhile from a little before or after are covered, or cut this one short.
    for (const other of [...chunks]) {
      if (other.start >= chunk.end || other.end <= chunk.start) continue;
      if (other.start >= chunk.start && other.end <= chunk.end) this.#drop(other, name);
      else if (other.start <= chunk.start && other.end >= chunk.end) return;
      else chunk = other.start > chunk.start ? cut(chunk, chunk.start, other.start) : cut(chunk, other.end, chunk.end);
    }
    // At the live end of a log a chunk is a record or two: they grow together.
    const before = chunks.find(({ end }) => end === chunk.start);
    if (before && before.bytes + chunk.bytes <= chunkBytes) {
      this.#drop(before, name);
      chunk = { ...chunk, start: before.start, ...joined(before, chunk) };
    }
    this.#partitions.set(name, chunks);
    const at = chunks.findIndex(({ start }) => start > chunk.start);
    chunks.splice(at < 0 ? chunks.length : at, 0, chunk);
    this.#used.set(chunk, name);
    this.#bytes += chunk.bytes;
    for (const [oldest, its] of this.#used) {
      if (this.#bytes <= this.#mostBytes || oldest === chunk) break;
      this.#drop(oldest, its);
      this.#garbage.add(oldest.bytes);
    }
  }

  #touch(chunk: Chunk, name: string): void {
    this.#used.delete(chunk);
    this.#used.set(chunk, name);
  }

  #drop(chunk: Chunk, name: string): void {
    if (!this.#used.delete(chunk)) return;
    this.#bytes -= chunk.bytes;
    const chunks = this.#partitions.get(name);
    chunks?.splice(chunks.indexOf(chunk), 1);
    if (chunks?.length === 0) this.#partitions.delete(name);
  }
}

class Until extends ChunkedLog {
  readonly #archive: Archive;
  readonly #signal: AbortSignal;

  constructor(archive: Archive, signal: AbortSignal) {
    super();
    this.#archive = archive;
    this.#signal = signal;
  }

  override get signal(): AbortSignal {
    return this.#signal;
  }

  chunk(topic: string, partition: number, offset: number, before?: number): Promise<Chunk> {
    this.#signal.throwIfAborted();
    return this.#archive.chunk(topic, partition, offset, before);
  }
}

function joined(before: Chunk, after: Chunk): Pick<Chunk, "records" | "unreadable" | "bytes"> {
  return { records: [...before.records, ...after.records], unreadable: [...before.unreadable, ...after.unreadable], bytes: before.bytes + after.bytes };
}

function objectsOf(records: readonly KafkaRecord[]): number {
  return records.reduce((sum, { headers }) => sum + 1 + headers.length, 0);
}

function cut(chunk: Chunk, start: number, end: number): Chunk {
  const records = chunk.records.filter(({ offset }) => offset >= start && offset < end);
  const unreadable = chunk.unreadable.filter(({ from, to }) => to > start && from < end);
  return { ...chunk, start, end, records, unreadable, atEnd: chunk.atEnd && end === chunk.end };
}
