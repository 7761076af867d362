/** Consumer groups as their administrator sees them. Reading as a member of one is in groups.ts. */
import { KtError } from "../../errors.ts";
import { type AdminNativeClient, extension, type PartitionOffset, promise } from "../addon/native.ts";
import type { KafkaConfig } from "../config.ts";
import { explainCode } from "../explain.ts";
import { checkShown } from "../unknown-topic.ts";
import type { CommittedOffset, GroupDescription, GroupListing, SurveyedGroup } from "./group.ts";
import { GroupSurvey } from "./group-survey.ts";
import { request, requestTimeoutMs, untilSettled } from "./requests.ts";

export interface GroupAdmin {
  list(): Promise<GroupListing[]>;
  /** @throws KtError unknown_group */
  describe(group: string): Promise<GroupDescription>;
  /**
   * The groups with their members and places, in few requests, however many there are. Where not all topics may be seen,
   * without those that have to do with others only.
   * @param groups as they were listed a moment ago, where they were
   */
  survey(groups?: GroupListing[]): Promise<SurveyedGroup[]>;
  remove(group: string): Promise<void>;
  /** Where a group stopped, without the partitions that it has no committed offset in; of all topics unless told which. */
  offsets(group: string, partitions?: { topic: string; partition: number }[]): Promise<CommittedOffset[]>;
  /** Moves a group that nobody has joined. */
  commit(group: string, places: CommittedOffset[]): Promise<void>;
}

/** @param sees whether a topic is there for who asks */
export function groupAdmin(config: KafkaConfig, client: AdminNativeClient, sees: (topic: string) => boolean): GroupAdmin {
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

  async function list(): Promise<GroupListing[]> {
    const texts = await untilSettled(() => request("listing the groups", (...end) => extension.ktListGroups(handle, ...end)));
    const groups: GroupListing[] = [];
    for (let i = 0; i + 2 < texts.length; i += 3) groups.push({ group: texts[i] ?? "", state: texts[i + 1] ?? "", type: texts[i + 2] ?? "" });
    return groups.sort((a, b) => (a.group < b.group ? -1 : 1));
  }

  async function describe(group: string): Promise<GroupDescription> {
    const texts = await untilSettled(() => request(`describing group '${group}'`, (...end) => extension.ktDescribeGroup(handle, group, ...end)));
    const description = readDescription(group, texts);
    // Older brokers, and newer ones to older requests, call a group dead that they do not know.
    if (description.state === "Dead" || description.state === "") throw unknownGroup(group);
    return description;
  }

  const asked = { describe, offsets: (group: string) => untilSettled(() => offsets(group)) };
  const surveyed = new GroupSurvey(client, asked);

  return {
    list,
    describe,

    async survey(groups) {
      return (await surveyed.of(groups ?? (await list()))).flatMap((group) => seen(group, sees, config.shows !== undefined));
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

/** As much of a group as has to do with the topics that are seen. */
function seen(group: SurveyedGroup, sees: (topic: string) => boolean, limited: boolean): SurveyedGroup[] {
  const isSeen = ({ topic }: { topic: string }) => sees(topic);
  const places = group.places.filter(isSeen);
  const members = group.members
    .map((member) => ({ ...member, partitions: member.partitions.filter(isSeen) }))
    .filter(({ partitions }, i) => partitions.length > 0 || group.members[i]?.partitions.length === 0);
  // Nobody learns the name of a group that reads what he may not see.
  const reads = places.length > 0 || members.some(({ partitions }) => partitions.length > 0);
  return limited && !reads ? [] : [{ ...group, places, members }];
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
