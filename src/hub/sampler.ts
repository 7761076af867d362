/** Reads the last records of topics, a few of each, by one consumer that stays connected. */

import type { ClientLog } from "../kafka/client-log.ts";
import type { KafkaConfig, Properties } from "../kafka/config.ts";
import { readerDefaults } from "../kafka/config.ts";
import { codes } from "../kafka/explain.ts";
import { type ConsumerClient, connectConsumer } from "../kafka/native.ts";
import { PackedReader } from "../kafka/reader.ts";
import { Sample } from "./sample.ts";

/** Offsets [from, to) of a partition. */
export interface Stretch {
  topic: string;
  partition: number;
  from: number;
  to: number;
}

const timeoutMs = 5000;
const limits = { maxRecords: 1000, maxBytes: 1 << 20 };
/** What is fetched beyond a stretch is thrown away, and of dozens of topics it is fetched together. */
const tuning: Properties = {
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
   * By topic; one call at a time. What cannot be read in time is left out.
   * @throws KtError where the brokers do not answer
   */
  read(stretches: Stretch[]): Promise<Map<string, Sample>> {
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

  async #read(stretches: Stretch[]): Promise<Map<string, Sample>> {
    const samples = new Map<string, Sample>();
    const ends = new Map(stretches.map(({ topic, partition, to }) => [`${topic}/${partition}`, to]));
    const { client, log } = await this.#connect();
    client.assign(stretches.map(({ topic, partition, from }) => ({ topic, partition, offset: from })));
    const reader = new PackedReader(client, log, limits);
    const deadline = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]);
    try {
      while (ends.size > 0) {
        const batch = await reader.next(deadline);
        if (!batch) break;
        for (const event of batch.events) if (event.code === codes.partitionEof) ends.delete(`${event.topic}/${event.partition}`);
        for (const record of batch) {
          const place = `${record.topic}/${record.partition}`;
          const end = ends.get(place);
          if (end === undefined) continue;
          const sample = samples.get(record.topic) ?? new Sample();
          samples.set(record.topic, sample);
          sample.add(record);
          if (record.offset >= end - 1) ends.delete(place);
        }
        for (const sample of samples.values()) sample.release();
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
