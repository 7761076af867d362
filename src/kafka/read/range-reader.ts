/** Stretches of partitions, read by a few consumers that go from one to the next. */
import { KtError } from "../../errors.ts";
import type { KafkaRecord } from "../../record.ts";
import { type ConsumerClient, connectConsumer } from "../addon/native.ts";
import type { RecordBatch } from "../batch.ts";
import type { ClientLog } from "../client-log.ts";
import { boundedReading, type KafkaConfig, type Properties, readerDefaults } from "../config.ts";
import { codes } from "../explain.ts";
import { PackedReader, type ReaderLimits, raiseFatal } from "./reader.ts";
import { type Unreadable, unreadablesOf } from "./unreadable.ts";

/** One stretch of a partition; `end` is exclusive. */
export interface RangeRequest {
  topic: string;
  partition: number;
  start: number;
  end: number;
  /** Reading stops at the first batch that reaches this. */
  enoughBytes: number;
}

export interface Scanned {
  /** Those between them that were left out, in order. */
  unreadable: Unreadable[];
  /** The offset after what was read: from `start` to here nothing is missing. */
  end: number;
  /** Of memory that the records hold. */
  bytes: number;
  /** The partition had no more. */
  atEnd: boolean;
}

export interface Range extends Scanned {
  /** In order; views on the memory of their batches. */
  records: KafkaRecord[];
}

/** Gets the records in order, by their index in a batch that is good until the next one comes. */
export type TakeRecord = (batch: RecordBatch, index: number) => void;

interface Consumer {
  client: ConsumerClient;
  log: ClientLog;
  reader?: PackedReader;
  /** What comes next without going elsewhere: "topic/partition/offset". */
  next: string;
  /** Its records did not come in time, and may still. */
  late?: boolean;
  idle?: ReturnType<typeof setTimeout>;
}

const limits: ReaderLimits = { maxRecords: 2048, maxBytes: 256 << 10 };
/** Little is read ahead, as the next reader may want something else; and the end is known soon. */
const tuning: Properties = {
  ...boundedReading,
  "queued.max.messages.kbytes": 2048,
  "queued.min.messages": 1000,
  "fetch.message.max.bytes": 1_048_576,
  "fetch.wait.max.ms": 10,
  "auto.offset.reset": "earliest",
};
/** Whoever waits is told after so long without a record; */
const timeoutMs = 5000;
/** and gets what came so far after so long in all. */
const longestMs = 30_000;
/** A consumer that nobody needs stops fetching. */
const idleMs = 1000;
/** One whose records were late goes on with its fetch, for whoever asks for them again: over a slow link that takes longer. */
const lateIdleMs = 20_000;

class Late extends KtError {}

export class RangeReader {
  readonly #config: KafkaConfig;
  readonly #most: number;
  readonly #limits: ReaderLimits;
  readonly #tuning: Properties;
  readonly #free: Consumer[] = [];
  readonly #waiting: (() => void)[] = [];
  #count = 0;
  #closed = false;

  /**
   * @param most how many consumers there may be; they are made when they are needed
   * @param own what is otherwise for who reads little from many places
   */
  constructor(config: KafkaConfig, most: number, own: { limits?: ReaderLimits; tuning?: Properties } = {}) {
    this.#config = config;
    this.#most = most;
    this.#limits = own.limits ?? limits;
    this.#tuning = { ...tuning, ...own.tuning };
  }

  /** @throws KtError where the partition cannot be read, or not in time */
  async read(request: RangeRequest): Promise<Range> {
    const records: KafkaRecord[] = [];
    const scanned = await this.scan(request, (batch, index) => records.push(batch.record(index)));
    return { ...scanned, records };
  }

  /** As read does, but nothing is kept of the records that the function does not keep. */
  async scan(request: RangeRequest, take: TakeRecord): Promise<Scanned> {
    const consumer = await this.#take(nextOf(request, request.start));
    try {
      const range = await this.#scan(consumer, request, take);
      consumer.late = false;
      // The end of a partition is told only once, and what a batch held beyond the stretch is gone.
      consumer.next = range.atEnd || range.end >= request.end ? "" : nextOf(request, range.end);
      return range;
    } catch (error) {
      consumer.late = error instanceof Late;
      if (consumer.late) consumer.next = nextOf(request, request.start);
      else this.#rest(consumer);
      throw error;
    } finally {
      this.#give(consumer);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all(this.#free.splice(0).map((consumer) => this.#end(consumer)));
  }

  async #scan(consumer: Consumer, request: RangeRequest, take: TakeRecord): Promise<Scanned> {
    const { topic, partition, start } = request;
    if (consumer.next !== nextOf(request, start)) {
      // The thread that packs batches may hold some of the stretch before: it ends with that.
      consumer.reader?.detach();
      consumer.client.assign([{ topic, partition, offset: start }]);
      consumer.reader = new PackedReader(consumer.client, consumer.log, this.#limits);
    }
    const reader = consumer.reader as PackedReader;
    const range: Scanned = { unreadable: [], end: start, bytes: 0, atEnd: false };
    const endMs = performance.now() + longestMs;
    while (range.end < request.end && range.bytes < request.enoughBytes && !range.atEnd) {
      const waitMs = Math.min(timeoutMs, endMs - performance.now());
      const batch = waitMs > 0 ? await reader.next(AbortSignal.timeout(waitMs)) : undefined;
      // What came is of use, also where the rest is late.
      if (!batch && range.end > start) return range;
      if (!batch) throw new Late({ code: "kafka", message: `Partition ${partition} of '${topic}' was not read in time.`, retryable: true });
      raiseFatal(batch);
      for (let index = 0; index < batch.length; index++) {
        const offset = batch.offset(index);
        // Past the end of the log a consumer is sent to its beginning.
        if (offset < start) return { ...range, atEnd: true };
        // A hole that compaction or a transaction left ends where the next record is.
        if (offset >= request.end) range.end = request.end;
        else if (offset >= range.end) {
          take(batch, index);
          range.end = offset + 1;
        }
      }
      if (batch.length > 0) range.bytes += batch.bytes;
      for (const left of unreadablesOf(batch)) {
        if (left.to <= start || left.from >= request.end) continue;
        range.unreadable.push(left);
        range.end = Math.max(range.end, Math.min(left.to, request.end));
      }
      const eof = batch.events.find(({ code }) => code === codes.partitionEof);
      if (eof) Object.assign(range, { atEnd: true, end: Math.max(range.end, Math.min(eof.offset, request.end)) });
    }
    return range;
  }

  /** A consumer that is free, best the one that is there already. */
  async #take(next: string): Promise<Consumer> {
    for (;;) {
      if (this.#closed) throw new KtError({ code: "kafka", message: "kt is ending." });
      const at = this.#free.findIndex((consumer) => consumer.next === next);
      const [consumer] = this.#free.splice(Math.max(0, at), 1);
      if (consumer && (at >= 0 || this.#count >= this.#most)) {
        clearTimeout(consumer.idle);
        return consumer;
      }
      if (consumer) this.#free.unshift(consumer);
      if (this.#count < this.#most) {
        this.#count++;
        try {
          return { ...(await connectConsumer(this.#config, { ...readerDefaults, ...this.#tuning })), next: "" };
        } catch (error) {
          this.#count--;
          this.#waiting.shift()?.();
          throw error;
        }
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #give(consumer: Consumer): void {
    if (this.#closed) return void this.#end(consumer);
    consumer.idle = setTimeout(() => this.#rest(consumer), consumer.late ? lateIdleMs : idleMs);
    this.#free.push(consumer);
    this.#waiting.shift()?.();
  }

  #rest(consumer: Consumer): void {
    clearTimeout(consumer.idle);
    consumer.next = "";
    consumer.reader?.detach();
    consumer.reader = undefined;
    consumer.client.assign([]);
  }

  async #end(consumer: Consumer): Promise<void> {
    clearTimeout(consumer.idle);
    consumer.reader?.detach();
    await new Promise<void>((resolve) => consumer.client.disconnect(resolve));
  }
}

function nextOf({ topic, partition }: RangeRequest, offset: number): string {
  return `${topic}/${partition}/${offset}`;
}
