/**
 * Finds where a stream is in the log without reading all of it. Kafka knows where a time is, and of keys nothing; a
 * stream that was silent for a day has millions of records of others in between. So a partition is looked at here and
 * there, first at a few places that are spread over all of it, then between those where a stream was seen and those
 * where it was not, until it is known where its runs begin and end. What was seen is remembered, of all streams alike.
 */
import type { Admin } from "../../kafka/admin/admin.ts";
import type { KafkaConfig } from "../../kafka/config.ts";
import { RangeReader } from "../../kafka/read/range-reader.ts";
import { type KafkaRecord, partitionName } from "../../record.ts";
import { Turns } from "../../turns.ts";
import type { Chunk } from "../log/chunks.ts";
import { type Partition, PartitionSearch, sightingOf } from "./partition-search.ts";
import { longLook, shortLook } from "./search.ts";
import type { Offsets, Sighting, Sightings } from "./sightings.ts";

/** Where to read on for what a stream has next, or had before. */
export interface NextPicture {
  /** Of the stream's next picture, or the one after its last; undefined where it has none there. */
  offset: number | undefined;
  /** The partition as it was when it was looked at. */
  low: number;
  high: number;
}

/** All that there is of a stream in a partition, as far as it is found. */
export interface Survey {
  sightings: Sightings;
  low: number;
  high: number;
}

/** Whoever looks for a stream has so many looks: then he is told what was found. */
const mostLooks = 240;
/** Where a stream is not seen at so many places of a partition, evenly spread, it is looked for no more, */
const spread = 32;
const leastSpread = 8;
/**
 * but as long as somebody asks, what is between is looked at afterwards, a piece at a time: of a log of small records
 * all is known soon, and of one of pictures so many places.
 */
const mostSpread = 1024;
const mostPieces = 256;
const mostSweptBytes = 128 << 20;
const againMs = 4000;
/** Whoever asks comes first, and whatever else there is to do has half of the time. */
const quietMs = 200;
const leastPauseMs = 10;
const mostReaders = 4;
/** Of all streams in all partitions; those partitions are forgotten first that nobody asked for. */
const mostSpans = 100_000;

const tuning = { "fetch.message.max.bytes": 131_072, "queued.max.messages.kbytes": 1024, "queued.min.messages": 100 };
const limits = { maxRecords: 512, maxBytes: 256 << 10 };

type Aim = (search: PartitionSearch) => { range: Offsets; found: number | undefined };

export class Scout {
  readonly #reader: RangeReader;
  readonly #admin: Pick<Admin, "watermarks">;
  /** By "topic/partition"; those that were asked for longest ago first. */
  readonly #partitions = new Map<string, PartitionSearch>();
  #seen = new WeakMap<Chunk, Map<string, KafkaRecord[]>>();
  /** One partition after the other is looked at further. */
  readonly #sweeps = new Turns(1);
  /** When that began for each. */
  readonly #swept = new WeakMap<PartitionSearch, number>();

  constructor(config: KafkaConfig, admin: Pick<Admin, "watermarks">) {
    this.#reader = new RangeReader(config, mostReaders, { limits, tuning });
    this.#admin = admin;
  }

  /** How often partitions were looked at. */
  get looks(): number {
    return [...this.#partitions.values()].reduce((sum, { looks }) => sum + looks, 0);
  }

  /** Where the stream's first picture at or after an offset is. @throws KtError where the partition cannot be read */
  next(partition: Partition, key: string, offset: number): Promise<NextPicture> {
    const aim: Aim = ({ sightings, low, high }) => {
      const from = Math.min(high, Math.max(low, offset));
      const span = sightings.next(key, from);
      return { range: { from, to: Math.min(high, span?.first.offset ?? high) }, found: span && Math.max(from, span.first.offset) };
    };
    return this.#find(partition, key, aim, 1);
  }

  /** Where its last picture before an offset is. @throws as next does */
  previous(partition: Partition, key: string, offset: number): Promise<NextPicture> {
    const aim: Aim = ({ sightings, low, high }) => {
      const to = Math.max(low, Math.min(high, offset));
      const span = sightings.previous(key, to);
      const found = span && span.last.offset >= low ? Math.min(to, span.last.offset + 1) : undefined;
      return { range: { from: found ?? low, to }, found };
    };
    return this.#find(partition, key, aim, -1);
  }

  /** Looks at what is not known yet. @throws as next does */
  survey(partition: Partition, key: string): Promise<Survey> {
    const aim: Aim = ({ low, high }) => ({ range: { from: low, to: high }, found: undefined });
    return this.#search(partition, key, aim, async (search) => {
      const { sightings, low, high } = search;
      const first = sightings.next(key, low)?.last;
      // Of a stream whose pictures are rare, no two were seen next to each other.
      if (first && sightings.pace(key).spacing === 0) await search.lookBeside(key, { from: first.offset + 1, to: high }, 1, partition);
      return { sightings, low, high };
    });
  }

  /** How far apart a stream's pictures are, ms; 0 where no two were seen next to each other. */
  intervalMs(partition: Partition, key: string): number {
    return this.#of(partition).sightings.pace(key).intervalMs;
  }

  hasSeen(partition: Partition, key: string): boolean {
    return this.#of(partition).sightings.spans(key).length > 0;
  }

  /** How far from an offset on it is known that there is nothing of the stream; the offset itself where that is not known. */
  absentTo(partition: Partition, key: string, offset: number): number {
    const { sightings } = this.#of(partition);
    const span = sightings.next(key, offset);
    const lookedTo = sightings.lookedAround(offset)?.to ?? offset;
    return Math.max(offset, Math.min(lookedTo, span?.first.offset ?? lookedTo));
  }

  /** The same for what is before an offset. */
  absentSince(partition: Partition, key: string, offset: number): number {
    const { sightings } = this.#of(partition);
    const span = sightings.previous(key, offset);
    const lookedSince = sightings.lookedAround(offset - 1)?.from ?? offset;
    return Math.min(offset, Math.max(lookedSince, span ? span.last.offset + 1 : lookedSince));
  }

  /** What somebody reads of a chunk need not be looked at. @returns the records of each stream in these offsets, or in all of it */
  see(partition: Partition, chunk: Chunk, { from, to }: Offsets): ReadonlyMap<string, KafkaRecord[]> {
    const seen = this.#seen.get(chunk);
    if (seen) return seen;
    const sightings: Sighting[] = [];
    const streams = new Map<string, KafkaRecord[]>();
    for (const record of chunk.records) {
      if (record.offset < from || record.offset >= to) continue;
      const sighting = sightingOf(record);
      if (!sighting) continue;
      sightings.push(sighting);
      const own = streams.get(sighting.key);
      if (own) own.push(record);
      else streams.set(sighting.key, [record]);
    }
    this.#of(partition).sightings.note({ from: Math.max(from, chunk.start), to: Math.min(to, chunk.end) }, sightings);
    // At the live end each record makes the last chunk another.
    if (from <= chunk.start && to >= chunk.end) this.#seen.set(chunk, streams);
    this.#forgetOldest();
    return streams;
  }

  /** The topic was deleted, or made again. */
  forget(topic: string): void {
    for (const name of this.#partitions.keys()) if (name.slice(0, name.lastIndexOf("/")) === topic) this.#partitions.delete(name);
    this.#seen = new WeakMap();
  }

  async close(): Promise<void> {
    this.#partitions.clear();
    await this.#reader.close();
  }

  #of({ topic, partition }: Partition): PartitionSearch {
    const name = partitionName({ topic, partition });
    const search = this.#partitions.get(name) ?? new PartitionSearch(this.#reader, topic, partition);
    this.#partitions.delete(name);
    this.#partitions.set(name, search);
    return search;
  }

  #find(partition: Partition, key: string, aim: Aim, direction: 1 | -1): Promise<NextPicture> {
    return this.#search(partition, key, aim, async (search) => {
      const { low, high } = search;
      // By now it is known how close the stream's pictures are, as far as it was found at all.
      const { range } = aim(search);
      await search.lookBeside(key, direction > 0 ? { from: range.from, to: high } : { from: low, to: range.to }, direction, partition);
      return { offset: aim(search).found, low, high };
    });
  }

  #search<Result>(partition: Partition, key: string, aim: Aim, finish: (search: PartitionSearch) => Promise<Result>): Promise<Result> {
    const search = this.#of(partition);
    return search.turns.take(async () => {
      const [watermarks] = await this.#admin.watermarks([partition], true);
      search.low = watermarks?.low ?? 0;
      search.high = watermarks?.high ?? 0;
      search.sightings.trim(search.low);
      const goal = (search.high - search.low) / Math.max(leastSpread, spread / (partition.among ?? 1));
      await search.look(() => aim(search).range, { key, goal, look: shortLook }, mostLooks, partition.signal);
      const result = await finish(search);
      search.askedAtMs = performance.now();
      this.#forgetOldest();
      this.#sweep(search, key);
      return result;
    }, partition.signal);
  }

  /** Looks further at what is not known, in pieces, so that it is by the time that somebody asks again. */
  #sweep(search: PartitionSearch, key: string): void {
    const nowMs = performance.now();
    if (nowMs - (this.#swept.get(search) ?? Number.NEGATIVE_INFINITY) < againMs) return;
    this.#swept.set(search, nowMs);
    const piece = () => {
      const { low, high } = search;
      return search.look(() => ({ from: low, to: high }), { key, goal: (high - low) / mostSpread, look: longLook }, 1);
    };
    const sweep = async () => {
      const endBytes = search.lookedBytes + mostSweptBytes;
      for (let left = mostPieces, pauseMs = quietMs; left > 0 && search.lookedBytes < endBytes; left--) {
        await Bun.sleep(pauseMs);
        if (performance.now() - search.askedAtMs < quietMs) await Bun.sleep(quietMs);
        // Where each picture has a key of its own there would be no end of what is to be remembered.
        if (![...this.#partitions.values()].includes(search) || search.sightings.count > mostSpans / 4) return;
        const begunMs = performance.now();
        if ((await search.turns.take(piece)) === 0) return;
        pauseMs = Math.max(leastPauseMs, performance.now() - begunMs);
      }
    };
    // A broker that is away is told of to whoever asks, who is the next.
    this.#sweeps.take(sweep).catch(() => {});
  }

  #forgetOldest(): void {
    let count = [...this.#partitions.values()].reduce((sum, { sightings }) => sum + sightings.count, 0);
    for (const [name, { sightings }] of this.#partitions) {
      if (count <= mostSpans) return;
      this.#partitions.delete(name);
      count -= sightings.count;
    }
  }
}
