/** Consumer groups as their administrator sees them. Reading as a member of one is in groups.ts. */
import { KtError } from "../../errors.ts";
import { type AdminNativeClient, extension, type PartitionOffset, promise } from "../addon/native.ts";
import type { KafkaConfig } from "../config.ts";
import { explainCode } from "../explain.ts";
import { checkShown } from "../unknown-topic.ts";
import { request, requestTimeoutMs, untilSettled } from "./requests.ts";

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

export interface GroupAdmin {
  list(): Promise<GroupListing[]>;
  /** @throws KtError unknown_group */
  describe(group: string): Promise<GroupDescription>;
  remove(group: string): Promise<void>;
  /** Where a group stopped, without the partitions that it has no committed offset in; of all topics unless told which. */
  offsets(group: string, partitions?: { topic: string; partition: number }[]): Promise<CommittedOffset[]>;
  /** Moves a group that nobody has joined. */
  commit(group: string, places: CommittedOffset[]): Promise<void>;
}

export function groupAdmin(config: KafkaConfig, client: AdminNativeClient): GroupAdmin {
  const handle = client._client;

  async function offsets(group: string, partitions?: { topic: string; partition: number }[]): Promise<CommittedOffset[]> {
    if (partitions?.length === 0) return []; // an empty list would mean all
    const doing = `reading the offsets of group '${group}'`;
    checkShown(config, partitions ?? []);
    const asked = [{ groupId: group, partitions: partitions?.map(({ topic, partition }) => ({ topic, partition })) }];
    const [result] = await promise<{ partitions: (PartitionOffset & { metadata?: string | null })[]; error?: { code?: number; message: string } }[]>(
      (callback) => client.listConsumerGroupOffsets(asked, { timeout: requestTimeoutMs }, callback),
      doing,
    );
    if (result?.error) throw explainCode(result.error.code ?? -1, result.error.message, doing);
    return (result?.partitions ?? [])
      .filter(({ topic, offset }) => offset >= 0 && (config.shows?.(topic) ?? true))
      .map(({ topic, partition, offset, metadata }) => ({ topic, partition, offset, ...(metadata && { metadata }) }));
  }

  return {
    async list() {
      const texts = await untilSettled(() => request("listing the groups", (...end) => extension.ktListGroups(handle, ...end)));
      const groups: GroupListing[] = [];
      for (let i = 0; i + 2 < texts.length; i += 3) groups.push({ group: texts[i] ?? "", state: texts[i + 1] ?? "", type: texts[i + 2] ?? "" });
      return groups.sort((a, b) => (a.group < b.group ? -1 : 1));
    },

    async describe(group) {
      const texts = await untilSettled(() => request(`describing group '${group}'`, (...end) => extension.ktDescribeGroup(handle, group, ...end)));
      const description = readDescription(group, texts);
      // Older brokers, and newer ones to older requests, call a group dead that they do not know.
      if (description.state === "Dead" || description.state === "") throw unknownGroup(group);
      return description;
    },

    async remove(group) {
      await untilSettled(() => request(`deleting group '${group}'`, (...end) => extension.ktDeleteGroup(handle, group, ...end)));
    },

    offsets: (group, partitions) => untilSettled(() => offsets(group, partitions)),

    async commit(group, places) {
      checkShown(config, places);
      const flat = places.flatMap(({ topic, partition, offset }) => [topic, partition, offset]);
      const metadata = places.map((place) => place.metadata ?? "");
      await untilSettled(() => request(`moving group '${group}'`, (...end) => extension.ktAlterGroupOffsets(handle, group, flat, metadata, ...end)));
    },
  };
}

/** The extension's flat list: the group, then each member with its partitions. */
function readDescription(group: string, texts: string[]): GroupDescription {
  let at = 0;
  const text = () => texts[at++] ?? "";
  const many = <T>(one: () => T): T[] => Array.from({ length: Number(text()) }, one);
  const [state, type, assignor, joined] = [text(), text(), text(), text() !== ""];
  const coordinator = { id: Number(text()), address: text() };
  const members = many(() => ({
    id: text(),
    clientId: text(),
    host: text().replace(/^\//, ""),
    instanceId: text(),
    partitions: many(() => ({ topic: text(), partition: Number(text()) })),
  }));
  return { group, state, type, assignor, joined, coordinator, members };
}

export function unknownGroup(group: string): KtError {
  return new KtError({ code: "unknown_group", message: `There is no consumer group '${group}'.`, hint: "kt group list shows the groups." });
}
