/** Records into Kafka: packed, submitted in batches, each one accounted for. */
import { type OutgoingRecord } from "../record.ts";
import { type KafkaConfig, producerDefaults } from "./config.ts";
import { createProducer, extension, type ProducerClient, type Properties } from "./native.ts";
import { type Delivery, eachDelivery, RecordPacker } from "./packed.ts";

export interface ProducerOptions {
  /** How long librdkafka may wait to fill a batch: 0 for frames, 5 for lines. */
  lingerMs: number;
  /** The largest message the topic takes; a batch of several is kept below it too. */
  maxMessageBytes?: number;
  /** Called once for each record, delivered or not. */
  onDelivery?: (delivery: Delivery) => void;
}

export interface RecordProducer {
  /** Packs a record; it leaves with the next submit. Returns its sequence, from 0. */
  add(record: OutgoingRecord): number;
  /** The same for a value that is a slice of a larger buffer, with nothing else. */
  addSlice(topic: string, partition: number, source: Buffer, from: number, to: number): void;
  /** How many bytes wait for submit. */
  readonly pendingBytes: number;
  /** Hands everything added to the client; while its queue is full it waits, so nothing is dropped. */
  submit(signal?: AbortSignal): Promise<void>;
  /** Waits until every submitted record is delivered or failed, at most so long. True when all are. */
  flush(timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
  readonly sent: number;
  readonly delivered: number;
  readonly failed: number;
  /** What the client last said of its connections: why records wait. */
  readonly lastTrouble: string | undefined;
}

// A full queue or an unfinished flush is looked at again at the latest after this long.
const recheckMs = 100;

export async function openProducer(config: KafkaConfig, options: ProducerOptions): Promise<RecordProducer> {
  const defaults: Properties = { ...producerDefaults, "linger.ms": options.lingerMs };
  if (options.maxMessageBytes !== undefined) {
    defaults["message.max.bytes"] = options.maxMessageBytes;
    defaults["batch.size"] = Math.min(1_000_000, options.maxMessageBytes);
  }
  const { client, log, connect } = createProducer(config, defaults);
  const producer = new PackedProducer(client, options.onDelivery, () => log.lines.at(-1));
  try {
    await connect();
  } catch (error) {
    producer.abandon();
    throw error;
  }
  return producer;
}

class PackedProducer implements RecordProducer {
  sent = 0;
  delivered = 0;
  failed = 0;
  readonly #client: ProducerClient;
  readonly #id: number;
  readonly #packer = new RecordPacker();
  readonly #topics = new Map<string, number>();
  readonly #onDelivery: ((delivery: Delivery) => void) | undefined;
  readonly #trouble: () => string | undefined;
  /** Serves the client's events; it also keeps the process alive while the producer is open. */
  readonly #poll: ReturnType<typeof setInterval>;
  #wake: (() => void) | undefined;

  constructor(client: ProducerClient, onDelivery: ((delivery: Delivery) => void) | undefined, trouble: () => string | undefined) {
    this.#client = client;
    this.#onDelivery = onDelivery;
    this.#trouble = trouble;
    this.#id = extension.ktProducerOpen(client._client, () => this.#takeDeliveries());
    this.#poll = setInterval(() => client.poll(), recheckMs);
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
      timestampMs: record.timestampMs ?? 0,
      key: record.key ?? null,
      value: record.value,
      headers: record.headers ?? [],
    });
    return this.sent++;
  }

  addSlice(topic: string, partition: number, source: Buffer, from: number, to: number): void {
    this.#packer.addSlice(this.#topicIndex(topic), partition, source, from, to);
    this.sent++;
  }

  async submit(signal?: AbortSignal): Promise<void> {
    let from = 0;
    try {
      for (;;) {
        from += extension.ktProducerProduce(this.#id, this.#packer.bytes, from, this.#packer.length);
        if (from === this.#packer.length) break;
        signal?.throwIfAborted();
        await this.#progress();
      }
    } finally {
      // What an abort left behind was never handed over: it counts as failed, not as forgotten.
      if (from < this.#packer.length) this.failed += this.#packer.count(from);
      this.#packer.clear();
    }
  }

  async flush(timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (this.delivered + this.failed < this.sent) {
      if (performance.now() >= deadline) return false;
      await this.#progress();
    }
    return true;
  }

  async close(): Promise<void> {
    clearInterval(this.#poll);
    extension.ktProducerRelease(this.#id);
    await new Promise<void>((resolve) => this.#client._disconnect(resolve));
    this.#takeDeliveries();
    extension.ktProducerClose(this.#id);
  }

  /** After a failed connect: the package has ended the client itself. */
  abandon(): void {
    clearInterval(this.#poll);
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

  #takeDeliveries(): void {
    const { delivered, failed } = this;
    eachDelivery(extension.ktProducerDeliveries(this.#id), (delivery) => {
      if (delivery.errorCode === 0) this.delivered++;
      else this.failed++;
      this.#onDelivery?.(delivery);
    });
    if (delivered !== this.delivered || failed !== this.failed) this.#wake?.();
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
