/** One partition, looked at here and there: what was seen is remembered. */
import type { RecordBatch } from "../../kafka/batch.ts";
import type { RangeReader } from "../../kafka/read/range-reader.ts";
import type { KafkaRecord } from "../../record.ts";
import { Turns } from "../../turns.ts";
import { mayHoldPicture } from "../../video/formats/embedded-picture.ts";
import { pictureOf } from "../picture.ts";
import { placesToLook, reachOf, type Wish } from "./search.ts";
import { type Offsets, type Sighting, Sightings } from "./sightings.ts";

/** However slow the broker is: then it is told what was found. */
const longestMs = 10_000;
const mostTogether = 4;
/** Next to the place that is asked for every record is looked at, as far as this, where it is not known how rare the stream's are. */
const besideRecords = 65_536;
const besideBytes = 64 << 20;
/** A stream that is not among so many times as many records as lie between two of its pictures has a gap there. */
const certainty = 8;
const firstBeside = 256;
const lookBytes = 8 << 20;

export interface Partition {
  topic: string;
  partition: number;
  /** Among how many it is one where the stream may be: each is looked at less closely then. */
  among?: number;
  /** Aborts when nobody waits for it any more. */
  signal?: AbortSignal | undefined;
}

export class PartitionSearch {
  readonly sightings = new Sightings();
  /** One search at a time: what it sees is of use to the next. */
  readonly turns = new Turns(1);
  /** Where the log began and ended when somebody asked last, and when that was. */
  low = 0;
  high = 0;
  askedAtMs = Number.NEGATIVE_INFINITY;
  looks = 0;
  readonly #reader: RangeReader;
  readonly #topic: string;
  readonly #partition: number;
  readonly #looked = { records: 0, bytes: 0 };

  constructor(reader: RangeReader, topic: string, partition: number) {
    this.#reader = reader;
    this.#topic = topic;
    this.#partition = partition;
  }

  get lookedBytes(): number {
    return this.#looked.bytes;
  }
  /** Of a record, in bytes. */
  get #meanBytes(): number {
    return this.#looked.bytes / Math.max(1, this.#looked.records);
  }

  /**
   * @param range what matters still, which is less after each look
   * @param most so many looks
   * @param signal ends it when nobody waits for it any more
   * @returns how many there were: fewer where enough is known
   */
  async look(range: () => Offsets, wish: Omit<Wish, "range" | "most">, most: number, signal?: AbortSignal): Promise<number> {
    const endMs = performance.now() + longestMs;
    let end = this.high;
    let looks = 0;
    while (looks < most && performance.now() < endMs) {
      signal?.throwIfAborted();
      const { from, to } = range();
      const due = placesToLook(
        this.sightings,
        { ...wish, range: { from, to: Math.min(to, end) }, most: Math.min(mostTogether, most - looks) },
        this.#meanBytes,
      );
      if (due.length === 0) break;
      looks += due.length;
      const ends = await Promise.all(due.map((offsets) => this.#see(offsets)));
      // What is written in a transaction that is open can be seen only when that has ended.
      for (const [i, offsets] of due.entries()) if ((ends[i] as number) <= offsets.from) end = Math.min(end, offsets.from);
    }
    return looks;
  }

  /** Looks at every record next to the begin (1) or the end (-1) of a range, until the stream is there. */
  async lookBeside(key: string, { from, to }: Offsets, direction: 1 | -1, { among = 1, signal }: Pick<Partition, "among" | "signal">): Promise<void> {
    const pace = this.sightings.pace(key);
    const usual = Math.max(reachOf(pace, this.#meanBytes), certainty * pace.spacing);
    const reach = Math.min(to - from, pace.spacing > 0 ? usual : besideRecords / among);
    const mostBytes = this.#looked.bytes + besideBytes / among;
    for (let done = 0, step = firstBeside; done < reach && this.#looked.bytes < mostBytes; done += step, step *= 2) {
      signal?.throwIfAborted();
      const end = Math.min(done + step, reach);
      const offsets = direction > 0 ? { from: from + done, to: from + end } : { from: to - end, to: to - done };
      if (!(await this.#seeAll(offsets))) return;
      const nearest = direction > 0 ? this.sightings.next(key, from)?.first.offset : this.sightings.previous(key, to)?.last.offset;
      if (nearest !== undefined && nearest >= offsets.from && nearest < offsets.to) return;
    }
  }

  /** @returns false where some of it cannot be seen yet */
  async #seeAll({ from, to }: Offsets): Promise<boolean> {
    for (const hole of this.sightings.holes(from, to)) {
      for (let at = hole.from; at < hole.to; ) {
        const next = await this.#see({ from: at, to: hole.to });
        if (next <= at) return false;
        at = next;
      }
    }
    return true;
  }

  /** @returns the offset after what was seen */
  async #see({ from, to }: Offsets): Promise<number> {
    const seen: Sighting[] = [];
    this.looks++;
    const request = { topic: this.#topic, partition: this.#partition, start: from, end: to, enoughBytes: lookBytes };
    const { end, bytes } = await this.#reader.scan(request, (batch, index) => {
      this.#looked.records++;
      const sighting = sightingIn(batch, index);
      if (sighting) seen.push(sighting);
    });
    this.#looked.bytes += bytes;
    this.sightings.note({ from, to: end }, seen);
    return end;
  }
}

/** Most records of a topic of text are not even decoded. */
function sightingIn(batch: RecordBatch, index: number): Sighting | undefined {
  const value = batch.value(index);
  return value !== null && (batch.hasHeaders(index) || mayHoldPicture(value)) ? sightingOf(batch.record(index)) : undefined;
}

export function sightingOf(record: KafkaRecord): Sighting | undefined {
  const picture = pictureOf(record);
  if (!picture) return undefined;
  const { key, offset, timestampMs, run, end, sequence } = picture;
  return { key, offset, timestampMs, run, end, sequence: run === "" ? null : sequence };
}
