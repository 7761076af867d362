/**
 * Where the last records of a partition begin. Offsets are not all records: each transaction has a marker, aborted
 * ones leave nothing else, and compaction makes holes. So the log is looked at, backwards in steps that grow.
 */
import { KtError } from "../../errors.ts";
import { Turns } from "../../turns.ts";
import type { PartitionOffset } from "../addon/native.ts";
import type { RecordBatch } from "../batch.ts";
import type { KafkaConfig } from "../config.ts";
import { codes } from "../explain.ts";
import { openReader, PackedReader, type ReaderLimits, raiseFatal } from "./reader.ts";

/** The offsets of a partition from the first to after the last. */
export interface Extent {
  topic: string;
  partition: number;
  low: number;
  high: number;
}

export interface TailPlace extends PartitionOffset {
  /** Where fewer records were found than were wanted, and older ones were not looked at: how many. */
  short?: number;
}

/** So far back, beyond as many offsets as records are wanted, the records are looked for. */
export const mostLookedBack = 1_000_000;
const growth = 4;
/** What is to be told of a place that is not the one that was wanted; undefined where it is. */
export function shortSentence({ topic, partition, short }: TailPlace): string | undefined {
  if (short === undefined) return undefined;
  const looked = mostLookedBack.toLocaleString("en");
  return `Partition ${partition} of ${topic} has only ${short} of the last records within ${looked} offsets of its end (transactions and compaction leave holes); it was not looked at further back.`;
}

/** Who asks for many at once shares the broker with everybody else. */
const turns = new Turns(4);
const limits: ReaderLimits = { maxRecords: 10_000, maxBytes: 1 << 20 };
const tuning = { "queued.max.messages.kbytes": 16_384, "queued.min.messages": 1000, "fetch.message.max.bytes": 1_048_576, "fetch.wait.max.ms": 10 };
/** A broker that sends nothing for so long does not answer: markers and aborted records count as nothing. */
const silenceMs = 20_000;

interface Tail extends Extent {
  /** From here on the log was looked at. */
  begin: number;
  found: number;
  /** Where the records begin that were found. */
  offset: number;
}

/**
 * The offset of the last `count`th record of each partition, as the config's isolation level shows them.
 * @throws KtError where a partition cannot be read
 */
export async function tailPlaces(config: KafkaConfig, count: number, extents: Extent[]): Promise<TailPlace[]> {
  // Of a partition that has no more offsets than that all records are wanted.
  const tails = extents.map((extent): Tail => ({ ...extent, begin: extent.high, found: 0, offset: extent.high }));
  const wanting = tails.filter(({ low, high }) => count < high - low);
  for (const tail of tails) if (!wanting.includes(tail)) tail.offset = tail.low;
  if (wanting.length > 0) await turns.take(() => lookBack(config, count, wanting));
  return tails.map(({ topic, partition, low, begin, offset, found }) => {
    const isShort = begin > low && found < count && offset > low;
    return isShort ? { topic, partition, offset, short: found } : { topic, partition, offset };
  });
}

async function lookBack(config: KafkaConfig, count: number, tails: Tail[]): Promise<void> {
  const isOpen = ({ found, begin, low, high }: Tail) => found < count && begin > low && high - begin < count + mostLookedBack;
  const windows = (look: number) =>
    new Map(tails.filter(isOpen).map((tail) => [placeOf(tail), new Window(tail, Math.max(tail.low, tail.high - count - mostLookedBack, tail.begin - look))]));
  let looking = windows(count);
  let reader = await openReader(config, placesOf(looking), limits, tuning);
  try {
    for (let look = count * growth; ; look *= growth) {
      await read(reader, looking);
      for (const window of looking.values()) window.end(count);
      looking = windows(look);
      if (looking.size === 0) return;
      // The thread that packs batches may hold what was fetched before the jump: it ends with that.
      reader.detach();
      reader.client.assign(placesOf(looking));
      reader = new PackedReader(reader.client, reader.log, limits);
    }
  } finally {
    void reader.close();
  }
}

async function read(reader: PackedReader, windows: ReadonlyMap<string, Window>): Promise<void> {
  while ([...windows.values()].some(({ done }) => !done)) {
    const batch = await reader.next(AbortSignal.timeout(silenceMs));
    if (!batch) {
      const { topic } = [...windows.values()].find(({ done }) => !done) as Window;
      throw new KtError({ code: "kafka", message: `The last records of '${topic}' were not read in time.`, hint: "Try again.", retryable: true });
    }
    raiseFatal(batch);
    for (const run of batch.runs()) windows.get(placeOf(run))?.take(batch, run.from, run.to);
    for (const event of batch.events) if (event.code === codes.partitionEof) windows.get(placeOf(event))?.atEnd();
  }
}

/** One step back: the offsets in front of those that were looked at. */
class Window {
  readonly topic: string;
  readonly from: number;
  done = false;
  readonly #tail: Tail;
  readonly #offsets: number[] = [];

  constructor(tail: Tail, from: number) {
    this.topic = tail.topic;
    this.from = from;
    this.#tail = tail;
  }

  get place(): PartitionOffset {
    return { topic: this.#tail.topic, partition: this.#tail.partition, offset: this.from };
  }

  take(batch: RecordBatch, from: number, to: number): void {
    for (let index = from; index < to && !this.done; index++) {
      const offset = batch.offset(index);
      if (offset < this.#tail.begin && offset >= this.from) this.#offsets.push(offset);
      this.done = offset >= this.#tail.begin - 1;
    }
  }

  atEnd(): void {
    this.done = true;
  }

  end(count: number): void {
    const wanted = Math.min(count - this.#tail.found, this.#offsets.length);
    if (wanted > 0) this.#tail.offset = this.#offsets[this.#offsets.length - wanted] as number;
    this.#tail.found += wanted;
    this.#tail.begin = this.from;
  }
}

const placeOf = ({ topic, partition }: { topic: string; partition: number }) => `${topic}/${partition}`;
const placesOf = (windows: ReadonlyMap<string, Window>) => [...windows.values()].map(({ place }) => place);
