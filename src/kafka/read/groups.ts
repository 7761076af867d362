/** Reading as a member of a consumer group: Kafka chooses the partitions and remembers the place. */

import { connectConsumer, type PartitionOffset } from "../addon/native.ts";
import { type KafkaConfig, type Properties, readerDefaults } from "../config.ts";
import { codes } from "../explain.ts";
import { defaultLimits, PackedReader, type ReaderLimits } from "./reader.ts";

export interface GroupOptions {
  group: string;
  topics: string[];
  /** Where to begin in a partition that the group has no place in. */
  from: "start" | "end";
  limits?: ReaderLimits;
  /** Properties that differ from readerDefaults. */
  tuning?: Properties;
}

export interface GroupReader {
  readonly reader: PackedReader;
  /** The partitions that this member has now. */
  assignment(): { topic: string; partition: number }[];
  /** Commits the offsets to continue from; waits for the broker. */
  commit(places: PartitionOffset[]): void;
}

/** librdkafka's regular expressions have no classes by letter. */
function posixExpression(pattern: string): string {
  return pattern.replaceAll("\\d", "[0-9]").replaceAll("\\w", "[A-Za-z0-9_]");
}

export async function joinGroup(config: KafkaConfig, { group, topics, from, limits = defaultLimits, tuning }: GroupOptions): Promise<GroupReader> {
  const { client, log } = await connectConsumer(config, {
    ...readerDefaults,
    ...tuning,
    "group.id": group,
    "auto.offset.reset": from === "start" ? "earliest" : "latest",
    // A member that is killed should not hold its partitions for the default's 45 seconds; by the new protocol that is the broker's to say.
    ...(config.properties["group.protocol"] === "consumer" ? {} : { "session.timeout.ms": 10_000 }),
    // Kafka's own topics are meant by who names them so only: each commit is a record in one of them.
    ...(topics.some((topic) => /^\^?__/.test(topic)) ? {} : { "topic.blacklist": "^__" }),
  });
  client.subscribe(topics.map((topic) => (topic.startsWith("^") ? posixExpression(topic) : topic)));
  const reader = new PackedReader(client, log, limits);
  return {
    reader,
    assignment: () => client.assignments(),
    commit(places) {
      try {
        client.commitSync(places);
      } catch (error) {
        // A partition that moved to another member meanwhile is that member's to commit.
        const { code } = error as { code?: number };
        if (code !== codes.unknownMember && code !== 22 && code !== 27 && code !== codes.noOffset) throw error;
      }
    },
  };
}
