/** A consumer group as its administrator sees it. */
import type { PartitionOffset } from "../addon/native.ts";

export interface GroupListing {
  group: string;
  /** Empty, Stable, PreparingRebalance, CompletingRebalance. */
  state: string;
  /** Classic or Consumer: the protocol that its members speak. */
  type: string;
}

export interface GroupMember {
  id: string;
  clientId: string;
  host: string;
  /** Of a static member; otherwise "". */
  instanceId: string;
  partitions: { topic: string; partition: number }[];
}

export interface GroupDescription extends GroupListing {
  /** "" where the group has none: nobody has joined it. */
  assignor: string;
  /** Whether it ever had a member, also where that is gone now. Who only commits places for it is none. */
  joined: boolean;
  coordinator: { id: number; address: string };
  members: GroupMember[];
}

export interface CommittedOffset extends PartitionOffset {
  /** What the group's reader keeps beside its offset: a text of its own, of 4096 characters at most unless the broker says otherwise. */
  metadata?: string;
}

export interface SurveyedGroup extends GroupListing {
  /** "" where the group has none: nobody has joined it. */
  assignor: string;
  members: GroupMember[];
  /** Where it stopped, in any order. */
  places: PartitionOffset[];
  /** Why its members or its places are not known; null where they are. */
  trouble: string | null;
}
