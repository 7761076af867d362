/** kt group seek, delete. */

import { chooseNames, confirm, print, printJson, removeEach, withAdmin } from "../admin/administer.ts";
import { KtError } from "../errors.ts";
import type { Admin } from "../kafka/admin/admin.ts";
import { unknownGroup } from "../kafka/admin/group-admin.ts";
import type { TopicPartition } from "../kafka/admin/offsets.ts";
import { shortSentence } from "../kafka/read/tail.ts";
import type { Resolved } from "../options/kinds.ts";
import type { deleteOptions, seekOptions } from "../options/options-admin.ts";
import { parsePosition } from "../record.ts";
import { note, table } from "../terminal/terminal.ts";
import { counted } from "../words.ts";

export async function seek(args: string[], options: Resolved<typeof seekOptions>): Promise<void> {
  const [group, text] = args as [string, string];
  const position = parsePosition(text);
  if (position.at === "resume") throw KtError.usage("kt group seek takes start, end, an offset, -N or @time: 'stored' is where the group is already.");
  await withAdmin(options, async (admin) => {
    const committed = await admin.groups.offsets(group);
    const partitions = await chosenPartitions(admin, group, committed, options);
    const places = await admin.resolve(position, await admin.watermarks(partitions));
    for (const place of places) {
      const sentence = shortSentence(place);
      if (sentence !== undefined) note(sentence);
    }
    const before = new Map(committed.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
    const moves = places.map(({ topic, partition, offset }) => ({ topic, partition, from: before.get(`${topic}/${partition}`) ?? null, to: offset }));
    if (options.yes) await admin.groups.commit(group, places);
    // A group that is being read would not take the change: better said now than after --yes.
    else if ((await admin.groups.list()).find((one) => one.group === group)?.state === "Stable")
      note(`Group ${group} has members now: stop them before you move it.`);
    if (options.json) return printJson({ group, moved: options.yes, partitions: moves });
    await print(
      table(
        ["TOPIC", "PARTITION", "FROM", "TO", "MOVE"],
        moves.map(({ topic, partition, from, to }) => [topic, partition, from ?? "-", to, from === null ? "-" : signed(to - from)]),
      ),
    );
    note(options.yes ? `Group ${group} is moved.` : "Nothing is changed yet: --yes moves it.");
  });
}

const signed = (move: number) => (move > 0 ? `+${move}` : String(move));

async function chosenPartitions(admin: Admin, group: string, committed: TopicPartition[], options: Resolved<typeof seekOptions>): Promise<TopicPartition[]> {
  const topics = await Promise.all([...new Set(options.topic)].map((topic) => admin.topic(topic)));
  const existing = new Set((await admin.topics()).map(({ name }) => name));
  const all =
    topics.length > 0
      ? topics.flatMap(({ name, partitions }) => partitions.map(({ id }) => ({ topic: name, partition: id })))
      : committed.filter(({ topic }) => existing.has(topic));
  const chosen = all.filter(({ partition }) => options.partition.length === 0 || options.partition.includes(partition));
  const missing = options.partition.find((id) => !all.some(({ partition }) => partition === id));
  if (missing !== undefined && all.length > 0)
    throw new KtError({ code: "unknown_topic", message: `There is no partition ${missing} to move group ${group} in.`, hint: "Nothing was moved." });
  if (chosen.length > 0) return chosen.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
  throw new KtError({
    code: "unknown_group",
    message: `Group ${group} has no place in any topic.`,
    hint: "--topic NAME says where to give it one; kt group list shows the groups.",
  });
}

export async function remove(texts: string[], options: Resolved<typeof deleteOptions>): Promise<void> {
  await withAdmin(options, async (admin) => {
    const existing = (await admin.groups.list()).map(({ group }) => group);
    const groups = chooseNames(texts, existing, unknownGroup);
    if (!options.dryRun) {
      const what = groups.length === 1 ? `group ${groups[0]}` : `${groups.length} groups (${groups.join(", ")})`;
      if (!(await confirm(`Delete ${what}, which loses every committed place`, options))) return;
      await removeEach(groups, (group) => admin.groups.remove(group));
    }
    if (options.json) await printJson(groups.map((group) => ({ group, deleted: !options.dryRun })));
    else if (options.dryRun)
      await print(
        table(
          ["GROUP"],
          groups.map((group) => [group]),
        ),
      );
    else note(`Deleted ${counted(groups.length, "group")}: ${groups.join(", ")}.`);
  });
}
