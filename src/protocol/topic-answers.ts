/** What the paths say that look into topics and groups, as JSON: the page asks them as curl does. */

export interface PartitionsAnswer {
  topic: string;
  /** leader is -1 where there is none. What is null nobody told: the offsets of such a partition, and sizes to who may not ask for them. */
  partitions: { id: number; leader: number; replicas: number[]; isr: number[]; low: number | null; high: number | null; bytes: number | null }[];
  /** The brokers that are there. */
  brokers: { id: number; address: string }[];
}

export interface Setting {
  name: string;
  value: string;
  /** "7 days": the value, where it is a time or a size. */
  readable?: string | undefined;
  setBy: "topic" | "broker" | "all brokers" | "default" | "unknown";
  /** What it does, of those that people use. */
  meaning?: string | undefined;
}

export interface SettingsAnswer {
  topic: string;
  settings: Setting[];
  /** How many more have their default; `all=1` tells them too. */
  defaults: number;
}

interface GroupState {
  group: string;
  /** Stable, Empty, PreparingRebalance, CompletingRebalance, Assigning, Reconciling, Dead. */
  state: string;
  /** Classic or Consumer: the protocol that its members speak. */
  type: string;
  /** Records that are still to be read, as far as that is known; null where it is known of no partition. */
  lag: number | null;
  /** Partitions whose lag is not known: without a committed place, without a leader, or of a topic that is gone. */
  unknown: number;
  /** Why something of it is not known. */
  trouble: string | null;
}

export interface GroupsAnswer {
  timestampMs: number;
  /** How many there are that the question is about, also where not all are told. */
  total: number;
  groups: (GroupState & { members: number; topics: string[] })[];
}

export interface GroupMember {
  id: string;
  clientId: string;
  host: string;
  /** Of a static member; otherwise "". */
  instanceId: string;
  partitions: { topic: string; partition: number }[];
}

export interface GroupPartition {
  topic: string;
  partition: number;
  /** null where it has no place there. */
  committed: number | null;
  /** Of the partition; null where nobody leads it, or it is gone. */
  low: number | null;
  high: number | null;
  lag: number | null;
  /** The client id of the member that reads it. */
  member: string | null;
  /** The lag at each of trendTimesMs. */
  trend: (number | null)[];
}

export interface GroupDetail extends GroupState {
  assignor: string;
  members: GroupMember[];
  partitions: GroupPartition[];
}

interface Trended {
  timestampMs: number;
  /** When somebody asked, over the last 15 minutes; the newest is the last. */
  trendTimesMs: number[];
}

export interface TopicGroupsAnswer extends Trended {
  topic: string;
  /** How many read it, and how far behind they are in all. */
  total: number;
  lag: number;
  /** The furthest behind first. Of their partitions and lag only what is in this topic; their members with all that they read. */
  groups: GroupDetail[];
}

export type GroupAnswer = GroupDetail & Trended;
