/** What changes a topic: made, altered, emptied, deleted. */
import { KtError } from "../../errors.ts";
import { type AdminNativeClient, extension, type PartitionOffset } from "../addon/native.ts";
import { codes, explainCode } from "../explain.ts";
import { request } from "./requests.ts";

export interface NewTopic {
  name: string;
  partitions: number;
  replicationFactor: number;
  config: Record<string, string>;
}

/** Of those that take it, with `validateOnly` the broker checks the request and changes nothing. */
export interface TopicChanges {
  create(topic: NewTopic, validateOnly?: boolean): Promise<void>;
  /** Gives settings a value, or, by null, their default again; all others stay. */
  alterConfig(name: string, changes: Record<string, string | null>, validateOnly?: boolean): Promise<void>;
  /** @param total how many there are then; Kafka only adds */
  addPartitions(name: string, total: number, validateOnly?: boolean): Promise<void>;
  remove(name: string): Promise<void>;
  /** Deletes the records in front of each offset. */
  removeRecords(places: PartitionOffset[]): Promise<void>;
}

const topicResource = 2; // RD_KAFKA_RESOURCE_TOPIC

export function topicChanges({ _client: handle }: AdminNativeClient): TopicChanges {
  return {
    async create({ name, partitions, replicationFactor, config }, validateOnly = false) {
      const settings = Object.entries(config).flat();
      await request(`creating topic '${name}'`, (...end) =>
        extension.ktCreateTopic(handle, name, partitions, replicationFactor, settings, validateOnly, ...end),
      );
    },

    async alterConfig(name, changes, validateOnly = false) {
      const flat = Object.entries(changes).flatMap(([setting, value]) => [setting, value === null ? "delete" : "set", value ?? ""]);
      await request(`altering topic '${name}'`, (...end) => extension.ktAlterConfigs(handle, topicResource, name, flat, validateOnly, ...end));
    },

    async addPartitions(name, total, validateOnly = false) {
      await request(`adding partitions to topic '${name}'`, (...end) => extension.ktCreatePartitions(handle, name, total, validateOnly, ...end));
    },

    async remove(name) {
      await request(`deleting topic '${name}'`, (...end) => extension.ktDeleteTopic(handle, name, ...end));
    },

    async removeRecords(places) {
      const topics = [...new Set(places.map(({ topic }) => topic))].join(", ");
      const flat = places.flatMap(({ topic, partition, offset }) => [topic, partition, offset]);
      const [topic, partition, code, sentence] = await request(`emptying ${topics}`, (...end) => extension.ktDeleteRecords(handle, flat, ...end));
      if (code === undefined || sentence === undefined) return;
      if (Number(code) === codes.policyViolation)
        throw new KtError({
          code: "kafka",
          message: `Topic ${topic} is compacted, and Kafka deletes no records of such a topic on request.`,
          hint: `kt topic alter ${topic} --config cleanup.policy=compact,delete allows it.`,
        });
      throw explainCode(Number(code), sentence, `emptying partition ${partition} of ${topic}`);
    },
  };
}
