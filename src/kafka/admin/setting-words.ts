/** What a topic's settings mean, in a sentence each: those that people use. Of the others Kafka's documentation tells. */
import { bytesText, counted } from "../../words.ts";

const meanings = new Map(
  Object.entries({
    "cleanup.policy": "What becomes of old records: delete ends them by age and size, compact keeps the newest of each key.",
    "compression.type": "How the broker packs records: producer leaves them as they were sent.",
    "delete.retention.ms": "So long a deleted key's tombstone stays in a compacted topic, for readers that were away.",
    "file.delete.delay.ms": "So long a deleted file stays on the disk.",
    "flush.messages": "After so many records the broker waits for its disk; by default its replicas are trusted instead.",
    "flush.ms": "After so long the broker waits for its disk; by default its replicas are trusted instead.",
    "follower.replication.throttled.replicas": "Replicas whose copying is slowed down while partitions are moved.",
    "leader.replication.throttled.replicas": "Replicas that are copied from more slowly while partitions are moved.",
    "index.interval.bytes": "How densely the log is indexed by offset.",
    "local.retention.bytes": "So much of each partition stays on the broker's own disk; the rest is in remote storage. -2 is all of it.",
    "local.retention.ms": "So long records stay on the broker's own disk; older ones are in remote storage. -2 is as long as they are kept.",
    "max.compaction.lag.ms": "At the latest after so long a record is compacted.",
    "max.message.bytes": "The largest batch of records that the topic takes; a larger one is refused.",
    "message.timestamp.after.max.ms": "A record whose time is so far ahead of the broker's clock is refused.",
    "message.timestamp.before.max.ms": "A record whose time is so far behind the broker's clock is refused.",
    "message.timestamp.type": "Whose time a record has: CreateTime is the producer's, LogAppendTime the broker's.",
    "min.cleanable.dirty.ratio": "Once so much of the log is not compacted, it is.",
    "min.compaction.lag.ms": "For so long a record is not compacted away.",
    "min.insync.replicas": "With fewer replicas in sync, producers that wait for all of them (acks=all, as kt does) are refused.",
    preallocate: "Whether a file has its full size from the start.",
    "remote.storage.enable": "Whether old records go to remote storage.",
    "retention.bytes": "At most so much of each partition is kept, the oldest goes first; -1 is no limit.",
    "retention.ms": "So long records are kept; -1 is for ever.",
    "segment.bytes": "So large a file of the log grows; only whole files that nothing is written to any more are deleted.",
    "segment.index.bytes": "So large a file's index may be.",
    "segment.jitter.ms": "By up to so much files end earlier, so that not all end at once.",
    "segment.ms": "After so long a new file is begun, so that the old one can be deleted.",
    "unclean.leader.election.enable": "Whether a replica that lacks records may lead where no other is left: what it lacks is lost.",
  }),
);

/** undefined where nothing is to be said. */
export function meaningOf(setting: string): string | undefined {
  return meanings.get(setting);
}

const unlimited = new Set(["-1", "9223372036854775807"]);
const units: readonly [name: string, ms: number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

/** "7 days", "1.0 GB", "no limit"; undefined where the value says it all. */
export function readableValue(setting: string, value: string): string | undefined {
  const measured = /\.(ms|bytes)$/.exec(setting)?.[1];
  if (measured === undefined || !/^-?\d+$/.test(value)) return undefined;
  if (unlimited.has(value)) return "no limit";
  const number = Number(value);
  if (number < 1000) return undefined;
  return measured === "ms" ? durationWords(number) : bytesText(number);
}

function durationWords(ms: number): string {
  const [name, size] = units.find(([, unit]) => ms >= unit) as (typeof units)[number];
  const count = Math.round((ms / size) * 10) / 10;
  return counted(count, name);
}

/** Whose setting it is: of this topic, of one broker (its file, or set while it ran), of all brokers, or nobody's. */
export type SetBy = "topic" | "broker" | "all brokers" | "default" | "unknown";

export function setBy(source: string): SetBy {
  switch (source) {
    case "DYNAMIC_TOPIC_CONFIG":
      return "topic";
    case "DYNAMIC_BROKER_CONFIG":
    case "STATIC_BROKER_CONFIG":
      return "broker";
    case "DYNAMIC_DEFAULT_BROKER_CONFIG":
      return "all brokers";
    case "DEFAULT_CONFIG":
      return "default";
    default:
      return "unknown";
  }
}
