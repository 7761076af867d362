/** Records out of Kafka, by assignment: no group is joined, nothing is committed. */

import { type ConsumerClient, connectConsumer, extension, type PartitionOffset } from "../addon/native.ts";
import { RecordBatch } from "../batch.ts";
import type { ClientLog } from "../client-log.ts";
import { type KafkaConfig, type Properties, readerDefaults } from "../config.ts";
import { codes, explainCode } from "../explain.ts";

export interface ReaderLimits {
  /** A batch has at most so many records, */
  maxRecords: number;
  /** and stops growing at so many bytes (one record may be larger). */
  maxBytes: number;
  /** Batches take turns in the same memory: each is good only until the next one is asked for. */
  inTurns?: boolean;
  /** Batches refer to their large values: the rest is read as ever, those and headers cannot be. */
  passOn?: boolean;
}

/** One that is worked on, one that waits, and one that is being packed. */
const lentBatches = 3;

export const defaultLimits: ReaderLimits = { maxRecords: 10_000, maxBytes: 4 << 20 };

/** Batches as they come, for ever; ends when the reader is closed or the signal aborts. */
export interface RecordReader extends AsyncIterable<RecordBatch> {
  /** The next batch; undefined once the reader is closed. */
  next(signal?: AbortSignal): Promise<RecordBatch | undefined>;
  close(): Promise<void>;
}

/** The pull side of a connected consumer, whoever chooses its partitions. */
export class PackedReader implements RecordReader {
  readonly client: ConsumerClient;
  readonly log: ClientLog;
  readonly #id: number;
  /** The memory of batches in turns, and which of it is next. */
  readonly #lent: Buffer[];
  #next = 0;
  #topics: string[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  /** The bell's handle alone does not keep the process alive while it waits. */
  readonly #alive = setInterval(() => {}, 60_000);

  constructor(client: ConsumerClient, log: ClientLog, limits: ReaderLimits) {
    this.client = client;
    this.log = log;
    this.#lent = limits.inTurns ? Array.from({ length: lentBatches }, () => Buffer.allocUnsafeSlow(limits.maxBytes)) : [];
    this.#id = extension.ktReaderOpen(client._client, () => this.#wake?.(), limits.maxRecords, limits.maxBytes, this.#lent, limits.passOn ?? false);
  }

  async next(signal?: AbortSignal): Promise<RecordBatch | undefined> {
    for (;;) {
      if (this.#closed || signal?.aborted) return undefined;
      const batch = this.#take();
      if (batch) return batch;
      await this.#rung(signal);
    }
  }

  #take(): RecordBatch | undefined {
    const taken = extension.ktReaderTake(this.#id);
    const topics = (index: number) => this.#topicName(index);
    if (typeof taken !== "number") return new RecordBatch(taken, topics);
    const memory = this.#lent[this.#next];
    if (taken === 0 || !memory) return undefined;
    this.#next = (this.#next + 1) % lentBatches;
    return new RecordBatch(memory.subarray(0, Math.abs(taken)), topics, taken < 0);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<RecordBatch> {
    for (let batch = await this.next(); batch; batch = await this.next()) yield batch;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.detach();
    await new Promise<void>((resolve) => this.client.disconnect(resolve));
  }

  /** Takes no more from the client, which stays connected for another reader. */
  detach(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#alive);
    extension.ktReaderClose(this.#id);
    this.#wake?.();
  }

  #topicName(index: number): string {
    if (index >= this.#topics.length) this.#topics = extension.ktReaderTopics(this.#id);
    return this.#topics[index] ?? "";
  }

  #rung(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener("abort", wake);
        this.#wake = undefined;
        resolve();
      };
      signal?.addEventListener("abort", wake, { once: true });
      this.#wake = wake;
    });
  }
}

// What librdkafka mends by itself is only logged; these it does not.
const fatal: readonly number[] = [
  codes.fatal,
  codes.unknownTopic,
  codes.unknownTopicLocal,
  codes.unknownPartition,
  codes.topicAuthorization,
  codes.groupAuthorization,
  codes.authentication,
];

/** @throws KtError where a partition cannot be read any more; the batch's records are good all the same */
export function raiseFatal(batch: RecordBatch): void {
  const event = batch.events.find(({ code }) => fatal.includes(code));
  if (event) throw explainCode(event.code, event.message, event.topic ? `reading topic '${event.topic}'` : "reading");
}

/**
 * Opens a reader at the given places; their offsets may be librdkafka's logical ones.
 * @param tuning properties that differ from readerDefaults
 */
export async function openReader(config: KafkaConfig, places: PartitionOffset[], limits = defaultLimits, tuning: Properties = {}): Promise<PackedReader> {
  return (await connectReader(config, places[0]?.topic, limits, tuning)).begin(places);
}

export interface ConnectedReader {
  /** Of the topic that was named; empty where there is none of that name. */
  partitions: { topic: string; partition: number }[];
  begin(places: PartitionOffset[]): PackedReader;
}

/** A reader that is connected, and begins as soon as its places are known. */
export async function connectReader(config: KafkaConfig, topic: string | undefined, limits = defaultLimits, tuning: Properties = {}): Promise<ConnectedReader> {
  const { client, log, metadata } = await connectConsumer(config, { ...readerDefaults, ...tuning }, topic);
  const found = metadata.topics.find(({ name }) => name === topic);
  return {
    partitions: (found?.partitions ?? []).map(({ id }) => ({ topic: found?.name ?? "", partition: id })),
    begin(places) {
      client.assign(places);
      return new PackedReader(client, log, limits);
    },
  };
}
