/** Reads the last records of topics, a few of each, by one consumer that stays connected. */

import type { ClientLog } from "../kafka/client-log.ts";
import { boundedReading, type KafkaConfig, type Properties, readerDefaults } from "../kafka/config.ts";
import { type ConsumerClient, connectConsumer } from "../kafka/native.ts";
import { PackedReader } from "../kafka/reader.ts";
import { Samples, type Stretch } from "./samples.ts";

const timeoutMs = 5000;
const limits = { maxRecords: 1000, maxBytes: 1 << 20 };
/** What is fetched beyond a stretch is thrown away, and of dozens of topics it is fetched together. */
const tuning: Properties = {
  ...boundedReading,
  "fetch.message.max.bytes": 262_144,
  "fetch.max.bytes": 8 << 20,
  "message.max.bytes": 1_000_000,
  "queued.max.messages.kbytes": 8192,
};

export class Sampler {
  readonly #config: KafkaConfig;
  readonly #closing = new AbortController();
  #reading: Promise<unknown> | undefined;
  #connected: Promise<{ client: ConsumerClient; log: ClientLog }> | undefined;

  constructor(config: KafkaConfig) {
    this.#config = config;
  }

  /**
   * One call at a time.
   * @throws KtError where the brokers do not answer
   */
  read(stretches: Stretch[]): Promise<Samples> {
    const reading = this.#read(stretches);
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#reading;
    const connected = await this.#connected?.catch(() => undefined);
    if (connected) await new Promise<void>((resolve) => connected.client.disconnect(resolve));
  }

  async #read(stretches: Stretch[]): Promise<Samples> {
    const samples = new Samples(stretches);
    const { client, log } = await this.#connect();
    client.assign(stretches.map(({ topic, partition, from }) => ({ topic, partition, offset: from })));
    const reader = new PackedReader(client, log, limits);
    const deadline = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]);
    try {
      while (!samples.complete) {
        const batch = await reader.next(deadline);
        if (!batch) break;
        samples.take(batch);
      }
    } finally {
      reader.detach();
      client.assign([]);
    }
    return samples;
  }

  #connect(): Promise<{ client: ConsumerClient; log: ClientLog }> {
    this.#connected ??= connectConsumer(this.#config, { ...readerDefaults, ...tuning });
    this.#connected.catch(() => (this.#connected = undefined));
    return this.#connected;
  }
}
