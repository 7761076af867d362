/** Why records were not delivered, in words, with the setting to change where there is one. */
import { openAdmin } from "../admin/admin.ts";
import { maxMessageBytes } from "../admin/topic-config.ts";
import type { KafkaConfig } from "../config.ts";
import { codes } from "../explain.ts";

/**
 * @param failures how often each librdkafka code came
 * @param limitOf what the topic takes, where somebody knows it already
 */
export async function describeFailure(config: KafkaConfig, topic: string, failures: ReadonlyMap<number, number>, limitOf = topicLimit): Promise<string> {
  if (failures.size === 0) return "kt was interrupted before they were sent";
  const [code] = [...failures].sort((a, b) => b[1] - a[1])[0] ?? [0];
  switch (code) {
    case codes.messageTooLarge: {
      const limit = await limitOf(config, topic);
      return `more than the topic takes (max.message.bytes${limit === undefined ? "" : ` is ${limit}`}; raise it on topic ${topic})`;
    }
    case codes.unknownTopic:
    case codes.unknownTopicLocal:
      return `there is no topic ${topic} (kt topic create ${topic} makes it)`;
    case codes.unknownPartition:
      return "the topic has no such partition (-p -1 leaves the choice to the key)";
    case codes.messageTimedOut:
    case codes.timedOut:
      return "the broker did not acknowledge them in time";
    case codes.topicAuthorization:
      return "the broker does not allow writing to it";
    case codes.invalidTopic:
      return `${topic} cannot be a topic's name (a-z A-Z 0-9 . _ - are its characters, and Kafka takes '.' and '_' for the same beside another topic)`;
    case codes.invalidTimestamp:
      return `the topic takes no time so far from now (message.timestamp.before.max.ms and message.timestamp.after.max.ms of topic ${topic})`;
    case codes.invalidRecord:
      return "the broker takes no such records: a compacted topic's need a key";
    case codes.notEnoughReplicas:
    case codes.notEnoughReplicasAfterAppend:
      return `fewer brokers than the topic asks for have its records (min.insync.replicas of topic ${topic})`;
    case codes.invalidProducerEpoch:
    case codes.producerFenced:
      return "another producer has begun with the same transactional.id";
    case codes.policyViolation:
      return "a policy of the broker refuses them";
    default:
      return `the broker refused them with its error code ${code}`;
  }
}

/** As maxMessageBytes; undefined also when it cannot be asked. */
export async function topicLimit(config: KafkaConfig, topic: string): Promise<number | undefined> {
  try {
    const admin = await openAdmin(config);
    try {
      return maxMessageBytes(await admin.topicConfig(topic));
    } finally {
      admin.close();
    }
  } catch {
    return undefined; // the limit only makes the sentence better
  }
}
