/** kt group list, describe. */

import { counted, nameFilter, print, printJson, withAdmin } from "../admin/administer.ts";
import type { PartitionOffset } from "../kafka/addon/native.ts";
import type { Admin } from "../kafka/admin/admin.ts";
import type { GroupDescription, GroupListing } from "../kafka/admin/group-admin.ts";
import type { Resolved } from "../options/kinds.ts";
import type { describeGroupOptions, groupListOptions } from "../options/options-admin.ts";
import { note, table } from "../terminal/terminal.ts";

/** A group in a partition. What is null is not there: no committed place, or the topic is gone. */
interface Progress {
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

/** A line of the list; the last two only where they were asked for. */
type Row = GroupListing & { topics?: string[]; lag?: number };

export async function list(patterns: string[], options: Resolved<typeof groupListOptions>): Promise<void> {
  const wanted = nameFilter(patterns);
  await withAdmin(options, async (admin) => {
    const all = await admin.groups.list();
    const groups = all.filter(({ group }) => wanted(group));
    const rows: Row[] = options.lag ? await withLag(admin, groups) : groups;
    if (options.json) return printJson(rows);
    if (all.length === 0) return note("There are no consumer groups: kt consume TOPIC --group NAME makes one.");
    if (rows.length === 0) return note(`None of ${counted(all.length, "group")} has a name like that.`);
    const heading = ["GROUP", "STATE", "TYPE", ...(options.lag ? ["TOPICS", "LAG"] : [])];
    await print(
      table(
        heading,
        rows.map(({ group, state, type, topics, lag }) => [group, state, type, ...(topics && lag !== undefined ? [topics.join(","), lag] : [])]),
      ),
    );
  });
}

function withLag(admin: Admin, groups: GroupListing[]): Promise<Row[]> {
  return Promise.all(
    groups.map(async (group) => {
      const progress = await progressOf(admin, await admin.groups.offsets(group.group));
      return { ...group, topics: [...new Set(progress.map(({ topic }) => topic))], lag: progress.reduce((sum, { lag }) => sum + (lag ?? 0), 0) };
    }),
  );
}

export async function describe(args: string[], options: Resolved<typeof describeGroupOptions>): Promise<void> {
  const name = args[0] as string;
  await withAdmin(options, async (admin) => {
    const [group, committed] = await Promise.all([admin.groups.describe(name), admin.groups.offsets(name)]);
    const partitions = await progressOf(admin, committed, group);
    const lag = partitions.reduce((sum, one) => sum + (one.lag ?? 0), 0);
    if (options.json) return printJson({ ...group, lag, partitions });
    const facts = [
      `group ${name}: ${group.state}, ${counted(group.members.length, "member")}, lag ${lag}`,
      [
        group.type !== "Unknown" && `protocol ${group.type.toLowerCase()}`,
        group.assignor && `assignor ${group.assignor}`,
        `coordinator ${group.coordinator.id} (${group.coordinator.address})`,
      ]
        .filter(Boolean)
        .join(", "),
    ];
    await print(`${facts.join("\n")}\n`);
    const or = (value: number | string | null) => value ?? "-";
    const rows = partitions.map(({ topic, partition, committed, low, high, lag, member }) => [
      topic,
      partition,
      or(committed),
      or(low),
      or(high),
      or(lag),
      or(member),
    ]);
    await print(
      rows.length === 0 ? "\nIt has no place in any topic.\n" : `\n${table(["TOPIC", "PARTITION", "COMMITTED", "LOW", "HIGH", "LAG", "MEMBER"], rows)}`,
    );
    if (group.members.length > 0) {
      const members = group.members.map(({ clientId, host, id, partitions }) => [clientId, host, partitions.length, id]);
      await print(`\n${table(["MEMBER", "HOST", "PARTITIONS", "ID"], members)}`);
    }
  });
}

/** The committed places, each in its partition, and those that members read without one. */
async function progressOf(admin: Admin, committed: PartitionOffset[], group?: GroupDescription): Promise<Progress[]> {
  const readers = new Map(group?.members.flatMap((member) => member.partitions.map((its) => [placeKey(its), member.clientId] as const)));
  const places: { topic: string; partition: number; offset: number | null }[] = [...committed];
  const known = new Set(committed.map(placeKey));
  for (const { topic, partition } of group?.members.flatMap((member) => member.partitions) ?? [])
    if (!known.has(placeKey({ topic, partition }))) places.push({ topic, partition, offset: null });
  const asked = new Set(places.map(placeKey));
  const existing = (await admin.topics()).map((topic) => ({
    ...topic,
    partitions: topic.partitions.filter(({ id }) => asked.has(placeKey({ topic: topic.name, partition: id }))),
  }));
  const watermarks = new Map((await admin.knownWatermarks(existing)).map((one) => [placeKey(one), one]));
  const progress = places.map(({ topic, partition, offset }) => {
    const { low = null, high = null } = watermarks.get(placeKey({ topic, partition })) ?? {};
    const lag = offset === null || low === null || high === null ? null : Math.max(0, high - Math.max(offset, low));
    return { topic, partition, committed: offset, low, high, lag, member: readers.get(placeKey({ topic, partition })) ?? null };
  });
  return group ? progress.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1)) : progress;
}

const placeKey = ({ topic, partition }: { topic: string; partition: number }) => `${topic}/${partition}`;
