/** Reads stretches of topics, a few records each, by one consumer that stays connected. */

import { type ConsumerClient, connectConsumer } from "../../kafka/addon/native.ts";
import type { ClientLog } from "../../kafka/client-log.ts";
import { boundedReading, type KafkaConfig, type Properties, readerDefaults } from "../../kafka/config.ts";
import { PackedReader } from "../../kafka/read/reader.ts";
import type { Look, Samples } from "./samples.ts";

const limits = { maxRecords: 1000, maxBytes: 1 << 20 };
/** What is fetched beyond a stretch is thrown away, and of dozens of topics it is fetched together. */
const tuning: Properties = {
  ...boundedReading,
  "fetch.message.max.bytes": 262_144,
  "fetch.max.bytes": 8 << 20,
  "message.max.bytes": 1_000_000,
  "queued.max.messages.kbytes": 8192,
};

export interface ReadLimit {
  /** Of values: what is left over then stays open. */
  mostBytes: number;
  mostMs: number;
}

export class Sampler {
  readonly #config: KafkaConfig;
  readonly #closing = new AbortController();
  #reading: Promise<unknown> | undefined;
  #connected: Promise<{ client: ConsumerClient; log: ClientLog }> | undefined;

  constructor(config: KafkaConfig) {
    this.#config = config;
  }

  /**
   * Reads further stretches for samples, one of each partition; one call at a time.
   * @returns whether it was stopped by the number of bytes: what is still open then was not tried for long
   * @throws KtError where the brokers do not answer
   */
  read(samples: Samples, stretches: Look[], limit: ReadLimit): Promise<boolean> {
    const reading = this.#read(samples, stretches, limit);
    this.#reading = reading.catch(() => undefined);
    return reading;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#reading;
    const connected = await this.#connected?.catch(() => undefined);
    if (connected) await new Promise<void>((resolve) => connected.client.disconnect(resolve));
  }

  async #read(samples: Samples, stretches: Look[], { mostBytes, mostMs }: ReadLimit): Promise<boolean> {
    samples.open(stretches);
    if (stretches.length === 0) return false;
    const { client, log } = await this.#connect();
    client.assign(stretches.map(({ topic, partition, from }) => ({ topic, partition, offset: from })));
    const reader = new PackedReader(client, log, limits);
    const deadline = AbortSignal.any([AbortSignal.timeout(mostMs), this.#closing.signal]);
    try {
      while (!samples.complete) {
        if (samples.bytes >= mostBytes) return true;
        const batch = await reader.next(deadline);
        if (!batch) break;
        samples.take(batch);
      }
    } finally {
      reader.detach();
      client.assign([]);
    }
    return false;
  }

  #connect(): Promise<{ client: ConsumerClient; log: ClientLog }> {
    this.#connected ??= connectConsumer(this.#config, { ...readerDefaults, ...tuning });
    this.#connected.catch(() => (this.#connected = undefined));
    return this.#connected;
  }
}
