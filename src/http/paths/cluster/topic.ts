/** A topic as its brokers have it: its partitions, and its settings. */
import type { Hub } from "../../../hub/hub.ts";
import { meaningOf, readableValue, setBy } from "../../../kafka/admin/setting-words.ts";
import { partitionsOf } from "../../../kafka/admin/topic-partitions.ts";
import type { PartitionsAnswer, SettingsAnswer } from "../../../protocol/topic-answers.ts";
import { json } from "../../answers.ts";
import { endpoint } from "../../endpoint.ts";
import { integer } from "../../query.ts";
import { away } from "../health.ts";

export const topicPartitions = endpoint({
  summary: "A topic's partitions: leader, replicas, which of them are in sync, the first offset and the one after the last, bytes on the leader's disk",
  query: {},
  effect: "work",
  produces: ["application/json"],
  async answer({ path: { topic = "" } }, hub) {
    if (!hub.catalogue.broker.up) return away(hub.catalogue.broker);
    return json(await partitions(hub, topic));
  },
});

async function partitions({ admin }: Hub, name: string): Promise<PartitionsAnswer> {
  const topic = await admin.topic(name);
  const [its, brokers] = await Promise.all([partitionsOf(admin, topic), admin.brokers()]);
  return { topic: name, partitions: its, brokers: brokers.map(({ id, host, port }) => ({ id, address: `${host}:${port}` })) };
}

export const topicSettings = endpoint({
  summary: "A topic's settings that are not Kafka's defaults: value, who set it (topic, broker, all brokers), what it means",
  query: { all: integer("1 tells those too that have their default", { least: 0, most: 1 }, 0) },
  effect: "work",
  produces: ["application/json"],
  async answer({ path: { topic = "" }, query }, hub) {
    if (!hub.catalogue.broker.up) return away(hub.catalogue.broker);
    return json(await settings(hub, topic, query.all === 1));
  },
});

async function settings({ admin }: Hub, name: string, all: boolean): Promise<SettingsAnswer> {
  // What is not to be seen is not there: the request for settings itself does not look at that.
  await admin.topic(name);
  const entries = (await admin.topicConfig(name)).map(({ name, value, source }) => ({
    name,
    value,
    readable: readableValue(name, value),
    setBy: setBy(source),
    meaning: meaningOf(name),
  }));
  const chosen = entries.filter((entry) => all || entry.setBy !== "default");
  // What somebody decided for this topic comes first.
  const rank = ({ setBy }: (typeof entries)[number]) => ["topic", "broker", "all brokers", "unknown", "default"].indexOf(setBy);
  chosen.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  return { topic: name, settings: chosen, defaults: entries.length - chosen.length };
}
