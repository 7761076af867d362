/** kt topic create, list, describe. */

import { nameFilter, print, printJson, withAdmin } from "../admin/administer.ts";
import { KtError } from "../errors.ts";
import type { Admin } from "../kafka/admin/admin.ts";
import { onceSpread } from "../kafka/admin/once-spread.ts";
import { partitionsOf } from "../kafka/admin/topic-partitions.ts";
import type { Resolved } from "../options/kinds.ts";
import type { createOptions, describeOptions, listOptions } from "../options/options-admin.ts";
import { checkTopicName } from "../record.ts";
import { note, table } from "../terminal/terminal.ts";
import { bytesText, counted } from "../words.ts";

const mostSpreadingMs = 5000;
const sizeText = (bytes: number | null) => (bytes === null ? "?" : bytesText(bytes));

/** Of all together; null where one is not known. */
const total = (sizes: (number | null)[]) => sizes.reduce((sum, bytes) => (sum === null || bytes === null ? null : sum + bytes), 0);

export async function create(args: string[], options: Resolved<typeof createOptions>): Promise<void> {
  const name = args[0] as string;
  checkTopicName(name);
  const { partitions, replicationFactor } = options;
  const config = Object.fromEntries(options.config);
  await withAdmin(options, async (admin) => {
    try {
      await admin.changes.create({ name, partitions, replicationFactor, config }, options.dryRun);
    } catch (error) {
      if (!options.ifNotExists || !(error instanceof KtError) || error.code !== "topic_exists") throw error;
      if (options.json) await printJson({ name, created: false });
      else note(`Topic ${name} exists already, and stays as it is.`);
      return;
    }
    if (!options.dryRun) await spread(admin, name);
    if (options.json) await printJson({ name, partitions, replicationFactor, config, ...(options.dryRun && { dryRun: true }) });
    else note(`${options.dryRun ? "Would create" : "Created"} topic ${name} with ${counted(partitions, "partition")}.`);
  });
}

/** The controller has made it, and a broker may say for a moment that there is none: the next command would fail. */
async function spread(admin: Admin, name: string): Promise<void> {
  await onceSpread(() => admin.topic(name), mostSpreadingMs).catch((error: unknown) => {
    // It is made all the same.
    note(`Warning: the brokers do not show topic ${name} yet: ${KtError.from(error).message}`);
  });
}

export async function list(patterns: string[], options: Resolved<typeof listOptions>): Promise<void> {
  const wanted = nameFilter(patterns);
  await withAdmin(options, async (admin) => {
    // Kafka's own topics are an administrator's matter.
    const all = (await admin.topics()).filter(({ name }) => options.internal || !name.startsWith("__"));
    const topics = all.filter(({ name }) => wanted(name));
    const known = Map.groupBy(await admin.knownWatermarks(topics), ({ topic }) => topic);
    // What was deleted meanwhile has leaders still, by what was known a moment ago, and no offsets any more.
    const left = topics.filter(({ name, partitions }) => known.has(name) || partitions.every(({ leader }) => leader < 0));
    const sizes = await admin.sizes(left);
    const rows = left.map((topic) => ({
      name: topic.name,
      partitions: topic.partitions.length,
      replicas: topic.partitions[0]?.replicas.length ?? 0,
      records: (known.get(topic.name) ?? []).reduce((sum, { low, high }) => sum + high - low, 0),
      bytes: total(sizes.get(topic) ?? []),
      leaderless: topic.partitions.length - (known.get(topic.name)?.length ?? 0),
    }));
    if (options.json) return printJson(rows);
    if (all.length === 0) return note("There are no topics yet: kt topic create NAME makes one.");
    if (rows.length === 0) return note(`None of ${counted(all.length, "topic")} has a name like that.`);
    await print(
      table(
        ["TOPIC", "PARTITIONS", "REPLICAS", "RECORDS", "SIZE"],
        rows.map((row) => [row.name, row.partitions, row.replicas, row.records, sizeText(row.bytes)]),
      ),
    );
    for (const { name, leaderless } of rows)
      if (leaderless > 0)
        note(
          `Warning: ${counted(leaderless, "partition")} of ${name} ${leaderless === 1 ? "has" : "have"} no leader, and ${leaderless === 1 ? "is" : "are"} not counted: is a broker down?`,
        );
  });
}

export async function describe(args: string[], options: Resolved<typeof describeOptions>): Promise<void> {
  const name = args[0] as string;
  await withAdmin(options, async (admin) => {
    const topic = await admin.topic(name);
    const [partitions, entries] = await Promise.all([partitionsOf(admin, topic), admin.topicConfig(name)]);
    const config = entries.filter(({ source }) => options.all || source !== "DEFAULT_CONFIG");
    if (options.json) return printJson({ name, partitions, config });
    const rows = partitions.map(({ id, leader, replicas, isr, low, high, bytes }) => [
      id,
      leader < 0 ? "none" : leader,
      replicas.join(","),
      isr.join(","),
      low ?? "?",
      high ?? "?",
      low === null || high === null ? "?" : high - low,
      sizeText(bytes),
    ]);
    await print(table(["PARTITION", "LEADER", "REPLICAS", "ISR", "LOW", "HIGH", "RECORDS", "SIZE"], rows));
    await print(
      config.length === 0
        ? "\nEvery setting has its default.\n"
        : `\n${table(
            ["SETTING", "VALUE", "SET BY"],
            config.map((entry) => [entry.name, entry.value, entry.source]),
          )}`,
    );
  });
}
