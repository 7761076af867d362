/** How a producer is set up, and the topic that it finds. */

import { createProducer, type Metadata } from "../addon/native.ts";
import { type KafkaConfig, type Properties, producerDefaults } from "../config.ts";
import type { Delivery } from "./packer.ts";

export interface ProducerOptions {
  /** How long librdkafka may wait to fill a batch. */
  lingerMs: number;
  /** What waits for a fuller batch is sent when nothing more was submitted for so long. */
  idleMs?: number;
  /** The topic that most records go to: its metadata is fetched while connecting, and a broker that makes missing topics makes it. */
  topic?: string;
  /** The largest message of any topic that is written to; larger ones are refused here. */
  maxMessageBytes?: number;
  /** The smallest limit of those topics: a batch of several records is kept below it. */
  maxBatchBytes?: number;
  /** How much may wait in the client before submit waits. */
  queueBytes?: number;
  queueRecords?: number;
  /** Sends all records in one transaction of this transactional.id, until commit or abort. */
  transaction?: string;
  /** Called once for each record, delivered or not. */
  onDelivery?: (delivery: Delivery) => void;
}

/** librdkafka takes no less; the broker refuses what is still too large. */
const leastMessageBytes = 1000;

export function producerProperties(options: ProducerOptions): Properties {
  const properties: Properties = { ...producerDefaults, "linger.ms": options.lingerMs };
  if (options.maxMessageBytes !== undefined) properties["message.max.bytes"] = Math.max(leastMessageBytes, options.maxMessageBytes);
  if (options.maxBatchBytes !== undefined) properties["batch.size"] = Math.min(1_000_000, options.maxBatchBytes);
  if (options.queueBytes !== undefined) properties["queue.buffering.max.kbytes"] = Math.ceil(options.queueBytes / 1024);
  if (options.queueRecords !== undefined) properties["queue.buffering.max.messages"] = options.queueRecords;
  if (options.transaction !== undefined) properties["transactional.id"] = options.transaction;
  return properties;
}

export function hasTopic({ topics }: Metadata, name: string): boolean {
  return topics.some((topic) => topic.name === name && topic.partitions.length > 0);
}

/**
 * Asks for a topic as a client does that does not mind its being made: where the broker makes topics
 * (auto.create.topics.enable), it is made. The producer itself never asks so, or it would make what was deleted.
 */
export async function askForTopic(config: KafkaConfig, topic: string): Promise<void> {
  const { client, connect } = await createProducer(config, { "allow.auto.create.topics": true }, topic);
  await connect();
  await new Promise<void>((resolve) => client._disconnect(resolve));
}
