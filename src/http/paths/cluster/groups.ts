/** Consumer groups: who reads what, and how far behind. */
import type { GroupLag, GroupsNow } from "../../../hub/cluster/group-lags.ts";
import type { LagTrends } from "../../../hub/cluster/lag-trends.ts";
import type { Hub } from "../../../hub/hub.ts";
import { unknownGroup } from "../../../kafka/admin/group-admin.ts";
import { totalLag } from "../../../kafka/admin/lag.ts";
import type { GroupAnswer, GroupDetail, GroupsAnswer, TopicGroupsAnswer } from "../../../protocol/topic-answers.ts";
import { json } from "../../answers.ts";
import { endpoint } from "../../endpoint.ts";
import { integer, text } from "../../query.ts";
import { away } from "../health.ts";

const mostListed = 10_000;

export const groups = endpoint({
  summary: "All consumer groups by name: state, members, the topics that they read, and their lag",
  query: {
    match: text("Only groups with this in their name"),
    limit: integer("At most so many", { least: 1, most: mostListed }, 1000),
  },
  effect: "work",
  produces: ["application/json"],
  async answer({ query: { match, limit } }, hub) {
    if (!hub.catalogue.broker.up) return away(hub.catalogue.broker);
    const now = await hub.lags.now();
    const meant = now.groups.filter(({ group }) => match === undefined || group.includes(match));
    const rows: GroupsAnswer["groups"] = meant.slice(0, limit).map((group) => ({
      ...stateOf(group),
      members: group.members.length,
      topics: [...new Set(group.partitions.map(({ topic }) => topic))],
    }));
    return json({ timestampMs: now.timestampMs, total: meant.length + (match === undefined ? now.left : 0), groups: rows } satisfies GroupsAnswer);
  },
});

export const group = endpoint({
  summary: "One consumer group: its members with client id, host and partitions; the committed offset and the lag in each partition, and how that went",
  query: {},
  effect: "work",
  produces: ["application/json"],
  async answer({ path: { group: name = "" } }, hub) {
    if (!hub.catalogue.broker.up) return away(hub.catalogue.broker);
    const now = await hub.lags.now();
    const found = now.groups.find(({ group }) => group === name);
    if (!found) throw unknownGroup(name);
    return json({ ...timesOf(now, hub), ...detailOf(found, hub.lags.trends) } satisfies GroupAnswer);
  },
});

export const topicGroups = endpoint({
  summary: "The consumer groups that read a topic, the furthest behind first, as /groups/{group} tells of each: partitions and lag are those in this topic",
  query: { limit: integer("At most so many", { least: 1, most: mostListed }, 200) },
  effect: "work",
  produces: ["application/json"],
  async answer({ path: { topic = "" }, query: { limit } }, hub) {
    if (!hub.catalogue.broker.up) return away(hub.catalogue.broker);
    await hub.admin.topic(topic);
    const now = await hub.lags.now();
    const readers = now.groups
      .map((group) => ({ ...group, partitions: group.partitions.filter((place) => place.topic === topic) }))
      .filter(({ partitions }) => partitions.length > 0)
      .map((group) => ({ group, lag: totalLag(group.partitions) }))
      .sort((a, b) => b.lag - a.lag);
    const groups = readers.slice(0, limit).map(({ group }) => detailOf(group, hub.lags.trends));
    return json({ topic, ...timesOf(now, hub), total: readers.length, lag: totalLag(readers), groups } satisfies TopicGroupsAnswer);
  },
});

function timesOf({ timestampMs }: GroupsNow, { lags }: Hub) {
  return { timestampMs, trendTimesMs: lags.trends.timesMs };
}

function stateOf({ group, state, type, partitions, trouble }: GroupLag) {
  const unknown = partitions.filter(({ lag }) => lag === null).length;
  return { group, state, type, lag: unknown === partitions.length ? null : totalLag(partitions), unknown, trouble };
}

function detailOf(group: GroupLag, trends: LagTrends): GroupDetail {
  const { assignor, members } = group;
  const partitions = group.partitions.map((place) => ({ ...place, trend: trends.of(group.group, place) }));
  return { ...stateOf(group), assignor, members, partitions };
}
