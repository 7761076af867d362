/** kt group list, describe. */

import { nameFilter, print, printJson, withAdmin } from "../admin/administer.ts";
import type { Admin } from "../kafka/admin/admin.ts";
import type { GroupListing } from "../kafka/admin/group.ts";
import { progressOf, totalLag } from "../kafka/admin/lag.ts";
import type { Resolved } from "../options/kinds.ts";
import type { describeGroupOptions, groupListOptions } from "../options/options-admin.ts";
import { note, table } from "../terminal/terminal.ts";
import { counted } from "../words.ts";

/** A line of the list; what it takes more than a list to know only where that was asked for. */
type Row = GroupListing & { members?: number; topics?: string[]; lag?: number };

export async function list(patterns: string[], options: Resolved<typeof groupListOptions>): Promise<void> {
  const wanted = nameFilter(patterns);
  await withAdmin(options, async (admin) => {
    const all = await admin.groups.list();
    const groups = all.filter(({ group }) => wanted(group));
    const rows: Row[] = options.lag ? await withLag(admin, groups) : groups;
    if (options.json) return printJson(rows);
    if (all.length === 0) return note("There are no consumer groups: kt consume TOPIC --group NAME makes one.");
    if (rows.length === 0) return note(`None of ${counted(all.length, "group")} has a name like that.`);
    const heading = ["GROUP", "STATE", "TYPE", ...(options.lag ? ["MEMBERS", "TOPICS", "LAG"] : [])];
    await print(
      table(
        heading,
        rows.map(({ group, state, type, members, topics, lag }) => [
          ...[group, state, type],
          ...(members !== undefined && topics && lag !== undefined ? [members, topics.join(","), lag] : []),
        ]),
      ),
    );
  });
}

async function withLag(admin: Admin, listed: GroupListing[]): Promise<Row[]> {
  const groups = await admin.groups.survey(listed);
  const progress = await progressOf(admin, groups);
  return groups.map(({ group, state, type, members, trouble }, i) => {
    if (trouble !== null) note(`Warning: ${trouble}`);
    const its = progress[i] ?? [];
    return { group, state, type, members: members.length, topics: [...new Set(its.map(({ topic }) => topic))], lag: totalLag(its) };
  });
}

export async function describe(args: string[], options: Resolved<typeof describeGroupOptions>): Promise<void> {
  const name = args[0] as string;
  await withAdmin(options, async (admin) => {
    const [group, committed] = await Promise.all([admin.groups.describe(name), admin.groups.offsets(name)]);
    const [partitions = []] = await progressOf(admin, [{ places: committed, members: group.members }]);
    const lag = totalLag(partitions);
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
