/** Records into Kafka: packed, submitted in batches, each one accounted for. */
import type { OutgoingRecord } from "../../record.ts";
import { createProducer, extension, type Metadata, metadataOf, type ProducerClient, promise } from "../addon/native.ts";
import { type ConfigEntry, topicConfig } from "../admin/topic-config.ts";
import type { KafkaConfig } from "../config.ts";
import { countDeliveries, type Delivery, RecordPacker } from "./packer.ts";
import { askForTopic, hasTopic, type ProducerOptions, producerProperties } from "./producer-setup.ts";

export interface RecordProducer {
  /** Packs a record; it leaves with the next submit. Returns its sequence, from 0. */
  add(record: OutgoingRecord): number;
  /** How many bytes wait for submit. */
  readonly pendingBytes: number;
  /** Submits each line of [0, end) as a value with nothing else; the last byte is the delimiter. Waits as submit does. */
  submitLines(topic: string, partition: number, lines: Buffer, end: number, delimiter: number, signal?: AbortSignal): Promise<void>;
  /** Hands everything added to the client; while its queue is full it waits, so nothing is dropped but by an abort. */
  submit(signal?: AbortSignal): Promise<void>;
  /** Waits until every submitted record is delivered or failed, at most so long. True when all are. */
  flush(timeoutMs: number): Promise<boolean>;
  /** Makes the transaction's records visible, all at once; after flush. @throws KtError when it cannot be, and then none is */
  commit(): Promise<void>;
  /** Makes the transaction's records never to have been. */
  abort(): Promise<void>;
  close(): Promise<void>;
  /** @throws KtError unknown_topic */
  topicConfig(name: string): Promise<ConfigEntry[]>;
  /** Whether a broker knows the topic now. @throws KtError where none answers */
  hasTopic(name: string): Promise<boolean>;
  readonly sent: number;
  readonly delivered: number;
  readonly failed: number;
  /** How often each librdkafka code was the reason of a failure. */
  readonly failures: ReadonlyMap<number, number>;
  /** What the client last said of its connections: why records wait. */
  readonly lastTrouble: string | undefined;
}

/** How long a broker may take to begin or to end a transaction. */
const transactionTimeoutMs = 30_000;
// A full queue or an unfinished flush is looked at again at the latest after this long.
const recheckMs = 100;
const metadataTimeoutMs = 2000;
/** Later than that librdkafka asks for a producer id by itself. */
const mostHastyMs = 300;
/** A broker that acknowledges nothing for so long keeps nobody who wants to end. */
const mostSilentMs = 1000;

/** What librdkafka, and kt's patch of it, take for two times. */
const [now, epoch] = [0, -(2 ** 63)];

export async function openProducer(config: KafkaConfig, options: ProducerOptions): Promise<RecordProducer> {
  const { client, log, connect } = await createProducer(config, producerProperties(options), options.topic);
  const producer = new PackedProducer(client, options, () => log.lines.at(-1));
  try {
    const metadata = await connect();
    producer.begin(options.topic);
    if (options.topic !== undefined && !hasTopic(metadata, options.topic)) await askForTopic(config, options.topic);
    if (options.transaction !== undefined) await producer.beginTransaction();
  } catch (error) {
    producer.abandon();
    throw error;
  }
  return producer;
}

function countOf(bytes: Buffer, byte: number): number {
  let count = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) count++;
  return count;
}

class PackedProducer implements RecordProducer {
  sent = 0;
  delivered = 0;
  failed = 0;
  readonly failures = new Map<number, number>();
  readonly #client: ProducerClient;
  readonly #id: number;
  readonly #packer = new RecordPacker();
  readonly #topics = new Map<string, number>();
  readonly #onDelivery: ((delivery: Delivery) => void) | undefined;
  readonly #idleMs: number | undefined;
  readonly #trouble: () => string | undefined;
  /** Serves the client's events; it also keeps the process alive while the producer is connected. */
  #poll: ReturnType<typeof setInterval> | undefined;
  #wake: (() => void) | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;
  /** How long nothing was delivered while a submit waited. */
  #silentMs = 0;
  /** Records that an abort kept from being handed over. */
  #abandoned = 0;

  constructor(client: ProducerClient, { onDelivery, idleMs }: ProducerOptions, trouble: () => string | undefined) {
    this.#client = client;
    this.#onDelivery = onDelivery;
    this.#idleMs = idleMs;
    this.#trouble = trouble;
    this.#id = extension.ktProducerOpen(client._client, () => this.#ring(), onDelivery !== undefined);
  }

  /** Once the client is connected. */
  begin(topic: string | undefined): void {
    this.#poll = setInterval(() => this.#client.poll(), recheckMs);
    this.#hastenFirstDelivery(topic, 1);
  }

  /**
   * An idempotent producer needs an id from a broker first. librdkafka asks for it whenever metadata
   * comes; where the connection was not up at that moment, as happens to every tenth new producer, it
   * asks again only after half a second. So until something is delivered, metadata is asked for.
   */
  #hastenFirstDelivery(topic: string | undefined, waitMs: number): void {
    const timer = setTimeout(() => {
      if (this.delivered + this.failed > 0 || waitMs > mostHastyMs || this.#poll === undefined) return;
      if (this.sent > 0) this.#client.getMetadata(metadataOf(topic, 1000), () => {});
      this.#hastenFirstDelivery(topic, 2 * waitMs);
    }, waitMs);
    timer.unref();
  }

  async beginTransaction(): Promise<void> {
    await promise<void>((callback) => this.#client.initTransactions(transactionTimeoutMs, callback), "asking for a transaction");
    await promise<void>((callback) => this.#client.beginTransaction(callback), "beginning a transaction");
  }

  commit(): Promise<void> {
    return promise((callback) => this.#client.commitTransaction(transactionTimeoutMs, callback), "committing the transaction");
  }

  abort(): Promise<void> {
    return promise((callback) => this.#client.abortTransaction(transactionTimeoutMs, callback), "aborting the transaction");
  }

  topicConfig = (name: string) => topicConfig(this.#client, name);

  async hasTopic(name: string): Promise<boolean> {
    return hasTopic(await promise<Metadata>((callback) => this.#client.getMetadata(metadataOf(name, metadataTimeoutMs), callback), "asking for a topic"), name);
  }

  get lastTrouble(): string | undefined {
    return this.#trouble();
  }
  get pendingBytes(): number {
    return this.#packer.length;
  }

  add(record: OutgoingRecord): number {
    this.#packer.add({
      topicIndex: this.#topicIndex(record.topic),
      partition: record.partition ?? -1,
      timestampMs: record.exactTimestampMs ?? (record.timestampMs === 0 ? epoch : (record.timestampMs ?? now)),
      key: record.key ?? null,
      value: record.value,
      headers: record.headers ?? [],
    });
    return this.sent++;
  }

  async submitLines(topic: string, partition: number, lines: Buffer, end: number, delimiter: number, signal?: AbortSignal): Promise<void> {
    const index = this.#topicIndex(topic);
    clearTimeout(this.#idle);
    let from = 0;
    for (;;) {
      from += extension.ktProducerLines(this.#id, index, partition, lines, from, end, delimiter);
      this.sent = extension.ktProducerSequence(this.#id);
      if (from >= end || !(await this.#room(signal))) break;
    }
    if (from < end) {
      const left = countOf(lines.subarray(from, end), delimiter);
      this.sent += left;
      this.#abandon(left);
    }
    this.#hurryWhenIdle();
  }

  async submit(signal?: AbortSignal): Promise<void> {
    if (this.#packer.length === 0) return;
    clearTimeout(this.#idle);
    let from = 0;
    try {
      for (;;) {
        from += extension.ktProducerProduce(this.#id, this.#packer.bytes, from, this.#packer.length);
        if (from === this.#packer.length || !(await this.#room(signal))) break;
      }
      this.#hurryWhenIdle();
    } finally {
      if (from < this.#packer.length) this.#abandon(this.#packer.count(from));
      this.#packer.clear();
    }
  }

  /** Waits for room in the queue; after an abort only as long as there are deliveries. @returns whether there may be some */
  async #room(signal: AbortSignal | undefined): Promise<boolean> {
    const before = this.delivered + this.failed;
    const beganMs = performance.now();
    await this.#progress();
    this.#silentMs = this.delivered + this.failed > before ? 0 : this.#silentMs + performance.now() - beganMs;
    return !signal?.aborted || this.#silentMs < mostSilentMs;
  }

  /** What an abort left behind was never handed over: it counts as failed, not as forgotten. */
  #abandon(count: number): void {
    this.#abandoned += count;
    this.failed += count;
  }

  async flush(timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (this.delivered + this.failed < this.sent) {
      if (performance.now() >= deadline) return false;
      // Each time: only what no batch stands before is sent at once.
      extension.ktProducerHurry(this.#id);
      await this.#progress();
    }
    return true;
  }

  async close(): Promise<void> {
    clearInterval(this.#poll);
    clearTimeout(this.#idle);
    clearTimeout(this.#rest);
    this.#poll = undefined;
    extension.ktProducerRelease(this.#id);
    await new Promise<void>((resolve) => this.#client._disconnect(resolve));
    this.#takeDeliveries();
    extension.ktProducerClose(this.#id);
  }

  /** After a failed connect: the package has ended the client itself. */
  abandon(): void {
    extension.ktProducerRelease(this.#id);
  }

  #topicIndex(name: string): number {
    let index = this.#topics.get(name);
    if (index === undefined) {
      index = extension.ktProducerTopic(this.#id, this.#client._client, name);
      this.#topics.set(name, index);
    }
    return index;
  }

  /** The bell rings with the first delivery of a batch; the others, and their room in the queue, are there right after it. */
  #ring(): void {
    this.#takeDeliveries();
    this.#rest ??= setTimeout(() => {
      this.#rest = undefined;
      this.#takeDeliveries();
      this.#wake?.();
    }, 1);
  }

  #takeDeliveries(): void {
    // The package's own report holds each message, and its room in the queue, until it is polled for. And
    // memory is given back cheapest by the thread that took it.
    if (this.#poll !== undefined) this.#client.poll();
    const counted = extension.ktProducerCounted(this.#id);
    const bytes = extension.ktProducerDeliveries(this.#id);
    if (counted + bytes.length === 0) return;
    this.delivered += counted + countDeliveries(bytes, this.failures, this.#onDelivery);
    this.failed = this.#abandoned;
    for (const count of this.failures.values()) this.failed += count;
    this.#wake?.();
  }

  #hurryWhenIdle(): void {
    if (this.#idleMs !== undefined) this.#idle = setTimeout(() => extension.ktProducerHurry(this.#id), this.#idleMs);
  }

  /** Resolves when deliveries came, or after a while without any. */
  #progress(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, recheckMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
