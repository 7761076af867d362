/**
 * Finds where a stream is in the log without reading all of it. Kafka knows where a time is, and of keys nothing; a
 * stream that was silent for a day has millions of records of others in between. So a partition is looked at here and
 * there, first at a few places that are spread over all of it, then between those where a stream was seen and those
 * where it was not, until it is known where its runs begin and end. What was seen is remembered, of all streams alike.
 */
import type { Admin } from "../kafka/admin.ts";
import type { RecordBatch } from "../kafka/batch.ts";
import type { KafkaConfig } from "../kafka/config.ts";
import { RangeReader } from "../kafka/range-reader.ts";
import { headerText, type KafkaRecord } from "../record.ts";
import { Turns } from "../turns.ts";
import { mayHoldPicture } from "../video/embedded-picture.ts";
import { frameHeader } from "../video/frame.ts";
import type { Chunk } from "./chunks.ts";
import { pictureOf } from "./picture.ts";
import { longLook, placesToLook, reachOf, shortLook, type Wish } from "./search.ts";
import { type Offsets, type Sighting, Sightings } from "./sightings.ts";

export interface Partition {
  topic: string;
  partition: number;
  /** Among how many it is one where the stream may be: each is looked at less closely then. */
  among?: number;
}

/** Where to read on for what a stream has next, or had before. */
export interface Place {
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

/** Whoever looks for a stream has so many looks, and so long: then he is told what was found. */
const mostLooks = 240;
const longestMs = 10_000;
/** Where a stream is not seen at so many places of a partition, evenly spread, it is looked for no more, */
const spread = 48;
const leastSpread = 8;
/**
 * but while somebody asks for all that there is, what is between is looked at a little at a time, until all of a log of
 * small records is known, and of one of pictures so many places.
 */
const mostSpread = 1024;
const moreLooks = 8;
const moreEveryMs = 4000;
const mostReaders = 4;
/** Next to the place that is asked for every record is looked at, as far as this, where it is not known how rare the stream's are. */
const nextRecords = 16_384;
const nextBytes = 64 << 20;
/** A stream that is not among so many times as many records as lie between two of its pictures has a gap there. */
const certainty = 8;
const firstNext = 256;
const lookBytes = 8 << 20;
/** Of all streams in all partitions; those partitions are forgotten first that nobody asked for. */
const mostSpans = 100_000;

const tuning = { "fetch.message.max.bytes": 131_072, "queued.max.messages.kbytes": 1024, "queued.min.messages": 100 };
const limits = { maxRecords: 512, maxBytes: 256 << 10 };

interface Known {
  readonly sightings: Sightings;
  /** One search at a time: what it sees is of use to the next. */
  readonly turns: Turns;
  readonly looked: { records: number; bytes: number };
  lookedMoreAtMs: number;
}

type Aim = (sightings: Sightings, low: number, high: number) => { range: Offsets; found: number | undefined };

export class Scout {
  readonly #reader: RangeReader;
  readonly #admin: Pick<Admin, "watermarks">;
  /** By "topic/partition"; those that were asked for longest ago first. */
  readonly #partitions = new Map<string, Known>();
  #seen = new WeakMap<Chunk, Map<string, KafkaRecord[]>>();
  /** How often a partition was looked at. */
  looks = 0;

  constructor(config: KafkaConfig, admin: Pick<Admin, "watermarks">) {
    this.#reader = new RangeReader(config, mostReaders, { limits, tuning });
    this.#admin = admin;
  }

  /** Where the stream's first picture at or after an offset is. @throws KtError where the partition cannot be read */
  next(partition: Partition, key: string, offset: number): Promise<Place> {
    const aim: Aim = (sightings, low, high) => {
      const from = Math.min(high, Math.max(low, offset));
      const span = sightings.next(key, from);
      return { range: { from, to: Math.min(high, span?.first.offset ?? high) }, found: span && Math.max(from, span.first.offset) };
    };
    return this.#find(partition, key, aim, 1);
  }

  /** Where its last picture before an offset is. @throws as next does */
  previous(partition: Partition, key: string, offset: number): Promise<Place> {
    const aim: Aim = (sightings, low, high) => {
      const to = Math.max(low, Math.min(high, offset));
      const span = sightings.previous(key, to);
      const found = span && span.last.offset >= low ? Math.min(to, span.last.offset + 1) : undefined;
      return { range: { from: found ?? low, to }, found };
    };
    return this.#find(partition, key, aim, -1);
  }

  /** Looks at what is not known yet; more closely each time it is asked. @throws as next does */
  survey(partition: Partition, key: string): Promise<Survey> {
    const known = this.#known(partition);
    return known.turns.take(async () => {
      const aim: Aim = (_, low, high) => ({ range: { from: low, to: high }, found: undefined });
      const { low, high } = await this.#search(partition, known, key, aim);
      if (performance.now() - known.lookedMoreAtMs >= moreEveryMs) {
        known.lookedMoreAtMs = performance.now();
        await this.#look(partition, known, aim, { low, high }, { key, goal: (high - low) / mostSpread, look: longLook }, moreLooks);
      }
      const first = known.sightings.next(key, low)?.last;
      // Of a stream whose pictures are rare, no two were seen next to each other.
      if (first && known.sightings.pace(key).spacing === 0) await this.#lookBeside(partition, known, key, { from: first.offset + 1, to: high }, 1);
      return { sightings: known.sightings, low, high };
    });
  }

  hasSeen(partition: Partition, key: string): boolean {
    return this.#known(partition).sightings.spans(key).length > 0;
  }

  /** How far from an offset on it is known that there is nothing of the stream; the offset itself where that is not known. */
  absentTo(partition: Partition, key: string, offset: number): number {
    const { sightings } = this.#known(partition);
    const span = sightings.next(key, offset);
    const lookedTo = sightings.lookedAround(offset)?.to ?? offset;
    return Math.max(offset, Math.min(lookedTo, span?.first.offset ?? lookedTo));
  }

  /** The same for what is before an offset. */
  absentSince(partition: Partition, key: string, offset: number): number {
    const { sightings } = this.#known(partition);
    const span = sightings.previous(key, offset);
    const lookedSince = sightings.lookedAround(offset - 1)?.from ?? offset;
    return Math.min(offset, Math.max(lookedSince, span ? span.last.offset + 1 : lookedSince));
  }

  /** What somebody reads need not be looked at. @returns the records of each stream */
  see(partition: Partition, chunk: Chunk): ReadonlyMap<string, KafkaRecord[]> {
    const seen = this.#seen.get(chunk);
    if (seen) return seen;
    const sightings: Sighting[] = [];
    const streams = new Map<string, KafkaRecord[]>();
    for (const record of chunk.records) {
      const sighting = sightingOf(record);
      if (!sighting) continue;
      sightings.push(sighting);
      const own = streams.get(sighting.key);
      if (own) own.push(record);
      else streams.set(sighting.key, [record]);
    }
    this.#known(partition).sightings.note({ from: chunk.start, to: chunk.end }, sightings);
    this.#seen.set(chunk, streams);
    return streams;
  }

  /** The topic was deleted, or made again. */
  forget(topic: string): void {
    for (const name of this.#partitions.keys()) if (name.slice(0, name.lastIndexOf("/")) === topic) this.#partitions.delete(name);
    this.#seen = new WeakMap();
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }

  #known({ topic, partition }: Partition): Known {
    const name = `${topic}/${partition}`;
    const known = this.#partitions.get(name) ?? {
      sightings: new Sightings(),
      turns: new Turns(1),
      looked: { records: 0, bytes: 0 },
      lookedMoreAtMs: Number.NEGATIVE_INFINITY,
    };
    this.#partitions.delete(name);
    this.#partitions.set(name, known);
    return known;
  }

  #find(partition: Partition, key: string, aim: Aim, direction: 1 | -1): Promise<Place> {
    const known = this.#known(partition);
    return known.turns.take(async () => {
      const { low, high } = await this.#search(partition, known, key, aim);
      // By now it is known how close the stream's pictures are, as far as it was found at all.
      const { range } = aim(known.sightings, low, high);
      await this.#lookBeside(partition, known, key, direction > 0 ? { from: range.from, to: high } : { from: low, to: range.to }, direction);
      return { offset: aim(known.sightings, low, high).found, low, high };
    });
  }

  async #search(partition: Partition, known: Known, key: string, aim: Aim): Promise<{ low: number; high: number }> {
    const [watermarks] = await this.#admin.watermarks([partition]);
    const { low, high } = watermarks ?? { low: 0, high: 0 };
    known.sightings.trim(low);
    const goal = (high - low) / Math.max(leastSpread, spread / (partition.among ?? 1));
    await this.#look(partition, known, aim, { low, high }, { key, goal, look: shortLook }, mostLooks);
    this.#forgetOldest();
    return { low, high };
  }

  async #look(
    partition: Partition,
    known: Known,
    aim: Aim,
    { low, high }: { low: number; high: number },
    wish: Pick<Wish, "key" | "goal" | "look">,
    most: number,
  ): Promise<void> {
    const endMs = performance.now() + longestMs;
    let end = high;
    for (let left = most; left > 0 && performance.now() < endMs; ) {
      const { from, to } = aim(known.sightings, low, high).range;
      const range = { from, to: Math.min(to, end) };
      const due = placesToLook(known.sightings, { ...wish, range, most: Math.min(mostReaders, left) }, meanOf(known.looked));
      if (due.length === 0) return;
      left -= due.length;
      const ends = await Promise.all(due.map((offsets) => this.#see(partition, known, offsets, lookBytes)));
      // What is written in a transaction that is open can be seen only when that has ended.
      for (const [i, offsets] of due.entries()) if ((ends[i] as number) <= offsets.from) end = Math.min(end, offsets.from);
    }
  }

  /** Every record next to a place, until the stream is there. */
  async #lookBeside(partition: Partition, known: Known, key: string, { from, to }: Offsets, direction: 1 | -1): Promise<void> {
    const { sightings, looked } = known;
    const pace = sightings.pace(key);
    const reach =
      pace.spacing > 0 ? Math.min(nextRecords, Math.max(reachOf(pace, meanOf(looked)), certainty * pace.spacing)) : nextRecords / (partition.among ?? 1);
    const bytesBefore = looked.bytes;
    const most = nextBytes / (partition.among ?? 1);
    for (let step = firstNext, done = 0; done < Math.min(reach, to - from) && looked.bytes - bytesBefore < most; done += step, step *= 2) {
      const end = Math.min(to - from, done + step, reach);
      const offsets = direction > 0 ? { from: from + done, to: from + end } : { from: to - end, to: to - done };
      for (const hole of sightings.holes(offsets.from, offsets.to)) {
        for (let at = hole.from; at < hole.to; ) {
          const next = await this.#see(partition, known, { from: at, to: hole.to }, lookBytes);
          if (next <= at) return;
          at = next;
        }
      }
      const nearest = direction > 0 ? sightings.next(key, from)?.first.offset : sightings.previous(key, to)?.last.offset;
      if (nearest !== undefined && (direction > 0 ? nearest < offsets.to : nearest >= offsets.from)) return;
    }
  }

  /** @returns the offset after what was looked at */
  async #see({ topic, partition }: Partition, { sightings, looked }: Known, { from, to }: Offsets, enoughBytes: number): Promise<number> {
    const seen: Sighting[] = [];
    this.looks++;
    const { end, bytes } = await this.#reader.scan({ topic, partition, start: from, end: to, enoughBytes }, (batch, index) => {
      looked.records++;
      const sighting = sightingIn(batch, index);
      if (sighting) seen.push(sighting);
    });
    looked.bytes += bytes;
    sightings.note({ from, to: end }, seen);
    return end;
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

/** Of a record, in bytes. */
function meanOf({ records, bytes }: Known["looked"]): number {
  return bytes / Math.max(1, records);
}

/** Most records of a topic of text are not even decoded. */
function sightingIn(batch: RecordBatch, index: number): Sighting | undefined {
  const value = batch.value(index);
  return value !== null && (batch.hasHeaders(index) || mayHoldPicture(value)) ? sightingOf(batch.record(index)) : undefined;
}

function sightingOf(record: KafkaRecord): Sighting | undefined {
  const picture = pictureOf(record);
  if (!picture) return undefined;
  const { key, offset, timestampMs, run, end } = picture;
  const sequence = run === "" ? Number.NaN : Number(headerText(record.headers, frameHeader.sequence) ?? Number.NaN);
  return { key, offset, timestampMs, run, end, sequence: Number.isSafeInteger(sequence) ? sequence : null };
}
