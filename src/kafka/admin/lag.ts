/** How far groups are behind. */
import { partitionName } from "../../record.ts";
import type { PartitionOffset } from "../addon/native.ts";
import type { Admin, Watermarks } from "./admin.ts";
import type { GroupMember } from "./group.ts";

/** A group in a partition. What is null is not there: no committed place, or the topic is gone. */
export interface Progress {
  topic: string;
  partition: number;
  committed: number | null;
  low: number | null;
  high: number | null;
  /** What is still to be read; of records that were deleted unread nothing is left to read. */
  lag: number | null;
  /** The client id of the member that reads it. */
  member: string | null;
}

interface Group {
  places: PartitionOffset[];
  members: GroupMember[];
}

/**
 * The committed places of each group, each in its partition, and those that members read without one; by topic and
 * partition, in the order of the groups. All are asked for together: a question for each broker that leads one of them.
 */
export async function progressOf(admin: Pick<Admin, "topics" | "knownWatermarks">, groups: Group[]): Promise<Progress[][]> {
  const asked = new Set(groups.flatMap((group) => [...group.places, ...assigned(group)].map(partitionName)));
  if (asked.size === 0) return groups.map(() => []);
  const existing = (await admin.topics()).map((topic) => ({
    ...topic,
    partitions: topic.partitions.filter(({ id }) => asked.has(partitionName({ topic: topic.name, partition: id }))),
  }));
  const watermarks = new Map((await admin.knownWatermarks(existing)).map((one) => [partitionName(one), one]));
  return groups.map((group) => progress(group, watermarks));
}

/** @returns 0 where nothing of it is known */
export function totalLag(partitions: { lag: number | null }[]): number {
  return partitions.reduce((sum, { lag }) => sum + (lag ?? 0), 0);
}

function progress(group: Group, watermarks: Map<string, Watermarks>): Progress[] {
  const readers = new Map(group.members.flatMap((member) => member.partitions.map((its) => [partitionName(its), member.clientId] as const)));
  const committed = new Map(group.places.map((place) => [partitionName(place), place.offset]));
  // While it is given out anew, a partition may be with two members.
  const all = new Map([...group.places, ...assigned(group)].map(({ topic, partition }) => [partitionName({ topic, partition }), { topic, partition }]));
  return [...all.values()]
    .map(({ topic, partition }) => {
      const name = partitionName({ topic, partition });
      const { low = null, high = null } = watermarks.get(name) ?? {};
      const offset = committed.get(name) ?? null;
      return { topic, partition, committed: offset, low, high, lag: lagOf(offset, low, high), member: readers.get(name) ?? null };
    })
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}

function lagOf(committed: number | null, low: number | null, high: number | null): number | null {
  if (low === null || high === null) return null;
  // Without a place it is the reader's to say where it begins, but for where there is nothing to read.
  if (committed === null) return low === high ? 0 : null;
  return Math.max(0, high - Math.max(committed, low));
}

const assigned = ({ members }: Group) => members.flatMap(({ partitions }) => partitions);
