/** kt topic alter, empty, delete. */

import { chooseNames, confirm, print, printJson, removeEach, withAdmin } from "../admin/administer.ts";
import { KtError } from "../errors.ts";
import type { Admin } from "../kafka/admin/admin.ts";
import type { ConfigEntry } from "../kafka/admin/topic-config.ts";
import { shortSentence } from "../kafka/read/tail.ts";
import { unknownTopic } from "../kafka/unknown-topic.ts";
import type { Resolved } from "../options/kinds.ts";
import type { alterOptions, deleteOptions, emptyOptions } from "../options/options-admin.ts";
import { note, table } from "../terminal/terminal.ts";
import { counted } from "../words.ts";

/** A setting before and after; null where it has no value of the topic's own. */
interface Change {
  name: string;
  from: string | null;
  to: string | null;
}

export async function alter(args: string[], options: Resolved<typeof alterOptions>): Promise<void> {
  const name = args[0] as string;
  const wanted: Record<string, string | null> = Object.fromEntries(options.config);
  for (const setting of options.deleteConfig) {
    if (setting in wanted) throw KtError.usage(`--config and --delete-config both speak of ${setting}.`);
    wanted[setting] = null;
  }
  if (Object.keys(wanted).length === 0 && options.partitions === undefined)
    throw KtError.usage(`What should change of topic ${name}?`, "--config name=value, --delete-config name or --partitions N says it.");
  await withAdmin(options, async (admin) => {
    const count = (await admin.topic(name)).partitions.length;
    const { partitions = count, dryRun } = options;
    if (partitions < count)
      throw new KtError({
        code: "kafka",
        message: `Topic ${name} has ${counted(count, "partition")}, and Kafka never takes one away.`,
        hint: "Make a new topic with fewer.",
      });
    const config = changes(await admin.topicConfig(name), wanted);
    // Both are checked before either is done, so that a refusal leaves the topic as it was.
    for (const validateOnly of dryRun ? [true] : [true, false]) {
      if (config.length > 0) await admin.changes.alterConfig(name, Object.fromEntries(config.map(({ name, to }) => [name, to])), validateOnly);
      if (partitions > count) await admin.changes.addPartitions(name, partitions, validateOnly);
    }
    if (options.json) return printJson({ name, partitions: { from: count, to: partitions }, config, ...(dryRun && { dryRun }) });
    const lines = config.map(({ name, from, to }) => `${name}: ${from ?? "(default)"} → ${to ?? "(default)"}`);
    if (partitions > count) lines.push(`partitions: ${count} → ${partitions}`);
    note(
      lines.length === 0
        ? `Topic ${name} is so already.`
        : [`${dryRun ? "Would change" : "Changed"} topic ${name}:`, ...lines.map((line) => `  ${line}`)].join("\n"),
    );
  });
}

/** Those of the wanted settings that are another now. */
function changes(entries: ConfigEntry[], wanted: Record<string, string | null>): Change[] {
  const own = new Map(entries.filter(({ source }) => source === "DYNAMIC_TOPIC_CONFIG").map(({ name, value }) => [name, value]));
  return Object.entries(wanted)
    .map(([name, to]) => ({ name, from: own.get(name) ?? null, to }))
    .filter(({ from, to }) => from !== to);
}

interface Holding {
  name: string;
  records: number;
}

async function chosen(admin: Admin, texts: string[]): Promise<{ name: string; partitions: { topic: string; partition: number }[] }[]> {
  const topics = await admin.topics();
  const names = chooseNames(
    texts,
    topics.map(({ name }) => name),
    unknownTopic,
  );
  return topics
    .filter(({ name }) => names.includes(name))
    .map(({ name, partitions }) => ({ name, partitions: partitions.map(({ id }) => ({ topic: name, partition: id })) }));
}

export async function remove(texts: string[], options: Resolved<typeof deleteOptions>): Promise<void> {
  await withAdmin(options, async (admin) => {
    const topics = await chosen(admin, texts);
    const watermarks = await admin.watermarks(topics.flatMap(({ partitions }) => partitions));
    const holdings = topics.map(({ name }) => ({ name, records: sum(watermarks.filter(({ topic }) => topic === name).map(({ low, high }) => high - low)) }));
    const names = topics.map(({ name }) => name);
    const done = await change(holdings, "Delete", options, () => removeEach(names, (name) => admin.changes.remove(name)));
    if (done) await tell(holdings, "deleted", options);
  });
}

export async function empty(texts: string[], options: Resolved<typeof emptyOptions>): Promise<void> {
  const { before } = options;
  if (before.at === "resume") throw KtError.usage("--before takes start, end, an offset, -N or @time: a topic has no place where it stopped.");
  await withAdmin(options, async (admin) => {
    const topics = await chosen(admin, texts);
    const watermarks = await admin.watermarks(topics.flatMap(({ partitions }) => partitions));
    const places = await admin.resolve(before, watermarks);
    // What was to be kept may be further back: nothing is deleted then.
    const short = places.flatMap((place) => shortSentence(place) ?? [])[0];
    if (short !== undefined) throw new KtError({ code: "kafka", message: short, hint: "Nothing was deleted: give an offset or a time." });
    const removed = places.map(({ topic, offset }, i) => ({ topic, records: offset - (watermarks[i]?.low ?? 0) }));
    const holdings = topics.map(({ name }) => ({ name, records: sum(removed.filter(({ topic }) => topic === name).map(({ records }) => records)) }));
    const done = await change(holdings, before.at === "end" ? "Empty" : "Shorten", options, () => admin.changes.removeRecords(places));
    if (done) await tell(holdings, "emptied", options);
  });
}

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);

/** Asks, and does it; false where it was not done. */
async function change(holdings: Holding[], verb: string, options: { yes: boolean; dryRun: boolean }, act: () => Promise<void>): Promise<boolean> {
  if (options.dryRun) return true;
  const [first] = holdings;
  const records = counted(sum(holdings.map((holding) => holding.records)), "record");
  const what = holdings.length === 1 ? `topic ${first?.name}` : `${holdings.length} topics (${holdings.map(({ name }) => name).join(", ")})`;
  if (!(await confirm(`${verb} ${what}, which loses ${records}`, options))) return false;
  await act();
  return true;
}

async function tell(holdings: Holding[], done: string, options: { dryRun: boolean; json: boolean }): Promise<void> {
  if (options.json) return printJson(holdings.map((holding) => ({ ...holding, [done]: !options.dryRun })));
  if (options.dryRun) {
    return print(
      table(
        ["TOPIC", "RECORDS LOST"],
        holdings.map(({ name, records }) => [name, records]),
      ),
    );
  }
  for (const { name, records } of holdings) note(`Topic ${name} is ${done}: ${counted(records, "record")} gone.`);
}
