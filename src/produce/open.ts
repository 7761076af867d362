/** The producer of kt produce: set up for one record or for many, and for what the topic takes. */

import { keepFreedMemory } from "../kafka/addon/native.ts";
import { maxMessageBytes } from "../kafka/admin/topic-config.ts";
import type { KafkaConfig } from "../kafka/config.ts";
import { topicLimit } from "../kafka/produce/failures.ts";
import { openProducer, type RecordProducer } from "../kafka/produce/producer.ts";
import type { ProducerOptions } from "../kafka/produce/producer-setup.ts";

export interface Opened {
  producer: RecordProducer;
  /** The topic's max.message.bytes; undefined where it was not asked for, or could not be. */
  limit: number | undefined;
}

type Wish = Pick<ProducerOptions, "transaction"> & { topic: string };

/** Kafka's own max.message.bytes: nearly every topic has it. */
const usualLimit = 1_048_588;

/** One record leaves at once, and says itself if it is too large. */
export async function openForOne(config: KafkaConfig, wish: Wish, onDelivery: ProducerOptions["onDelivery"]): Promise<Opened> {
  return { producer: await openProducer(config, { ...wish, lingerMs: 0, onDelivery }), limit: undefined };
}

/**
 * librdkafka takes its limits when a client is made: a producer of the usual ones asks for the topic's own, and nearly
 * always it is the right one. A transaction is not begun for that; another client asks before it.
 */
export async function openForMany(config: KafkaConfig, wish: Wish): Promise<Opened> {
  let limit: number | undefined;
  if (wish.transaction === undefined) {
    const producer = await openForBulk(config, wish, usualLimit);
    // Where it is not told, the broker says which records are too large.
    limit = await producer.topicConfig(wish.topic).then(maxMessageBytes, () => undefined);
    if (limit === usualLimit) return { producer, limit };
    await producer.close();
  } else limit = await topicLimit(config, wish.topic);
  return { producer: await openForBulk(config, wish, limit), limit };
}

/**
 * As much in a batch as comes without a pause, and no more in the queue than the next batches need: as long as
 * the oldest record that waits for its turn is older than the linger time, librdkafka's thread asks for work
 * again and again without a pause.
 */
async function openForBulk(config: KafkaConfig, wish: Wish, limit: number | undefined): Promise<RecordProducer> {
  const queueBytes = limit === undefined ? 64 << 20 : Math.max(4 << 20, 2 * limit);
  const options = { lingerMs: 40, idleMs: 5, queueRecords: 30_000, queueBytes, maxMessageBytes: limit, maxBatchBytes: limit };
  const producer = await openProducer(config, { ...wish, ...options });
  keepFreedMemory();
  return producer;
}
