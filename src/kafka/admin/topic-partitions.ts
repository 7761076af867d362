/** A topic's partitions with what they hold. */
import type { Admin, PartitionInfo, TopicInfo } from "./admin.ts";

/** What is null nobody told: the offsets of a partition without a leader, and sizes to who may not describe the cluster. */
export interface PartitionState extends PartitionInfo {
  low: number | null;
  high: number | null;
  /** On the leader's disk. */
  bytes: number | null;
}

export async function partitionsOf(admin: Pick<Admin, "knownWatermarks" | "sizes">, topic: TopicInfo): Promise<PartitionState[]> {
  const known = new Map((await admin.knownWatermarks([topic])).map((one) => [one.partition, one]));
  const sizes = (await admin.sizes([topic])).get(topic);
  return topic.partitions.map((partition, i) => ({
    ...partition,
    low: known.get(partition.id)?.low ?? null,
    high: known.get(partition.id)?.high ?? null,
    bytes: sizes?.[i] ?? null,
  }));
}
