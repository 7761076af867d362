/** A topic's partitions and settings and the groups that read it, as the documented paths tell of them. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { GroupAnswer, GroupsAnswer, PartitionsAnswer, SettingsAnswer, TopicGroupsAnswer } from "../../src/protocol/topic-answers.ts";
import { OwnBroker } from "./support/broker.ts";
import { eventually, ktOk, makeTopic, pythonOk, serve, startKt, startPython, uniqueName } from "./support/kt.ts";

setDefaultTimeout(120_000);

const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}\n`).join("");
const ask = async <T>(url: string): Promise<T> => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
};
const refused = async (url: string) => {
  const response = await fetch(url);
  const sentence = (await response.text()).trim();
  expect(sentence).toMatch(/^[^\n]+\.$/);
  return [response.status, sentence] as const;
};

/** Commits without joining, as Flink and others do. */
const commitOnly = `
import sys
from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata
brokers, group, topic, offset = sys.argv[1:]
consumer = KafkaConsumer(bootstrap_servers=brokers, group_id=group, enable_auto_commit=False)
place = TopicPartition(topic, 0)
consumer.assign([place])
try:
    consumer.commit({place: OffsetAndMetadata(int(offset), "", -1)})
except TypeError:
    consumer.commit({place: OffsetAndMetadata(int(offset), "")})
`;

/** A program that reads, and commits as it goes. */
const reading = `
import sys
from kafka import KafkaConsumer
brokers, group, topic = sys.argv[1:]
for record in KafkaConsumer(topic, bootstrap_servers=brokers, group_id=group, client_id="reader in python", auto_offset_reset="earliest", auto_commit_interval_ms=100):
    pass
`;

test("partitions are told with leader, replicas, offsets and sizes; settings with whose they are and what they mean", async () => {
  const topic = await makeTopic("told", "--partitions", "3", "--config", "retention.ms=604800000");
  await ktOk(["produce", topic, "-p", "1"], { stdin: numbers(10) });
  await using served = await serve();
  const { partitions, brokers } = await ask<PartitionsAnswer>(`${served.url}/topics/${topic}/partitions`);
  const [broker] = brokers;
  expect(brokers).toEqual([{ id: 1, address: expect.stringMatching(/^.+:\d+$/) }]);
  expect(partitions).toEqual(
    [0, 10, 0].map((high, id) => ({ id, leader: broker?.id ?? 0, replicas: [1], isr: [1], low: 0, high, bytes: high ? expect.any(Number) : 0 })),
  );
  expect(partitions[1]?.bytes).toBeGreaterThan(50);

  const { settings, defaults } = await ask<SettingsAnswer>(`${served.url}/topics/${topic}/settings`);
  expect(settings[0]).toEqual({ name: "retention.ms", value: "604800000", readable: "7 days", setBy: "topic", meaning: expect.stringContaining("kept") });
  expect(settings.some(({ setBy }) => setBy === "default")).toBe(false);
  expect(defaults).toBeGreaterThan(10);
  const all = await ask<SettingsAnswer>(`${served.url}/topics/${topic}/settings?all=1`);
  expect([all.settings.length, all.defaults]).toEqual([settings.length + defaults, 0]);
});

test("a group is told with its members, what each reads, and the lag of each partition, which goes down as it reads", async () => {
  const topic = await makeTopic("read", "--partitions", "2");
  const [group, stopped] = [uniqueName("readers"), uniqueName("stopped")];
  for (const partition of ["0", "1"]) await ktOk(["produce", topic, "-p", partition], { stdin: numbers(15) });
  await ktOk(["consume", topic, "--group", stopped, "--exit"]);
  for (const partition of ["0", "1"]) await ktOk(["produce", topic, "-p", partition], { stdin: numbers(5) });
  await using served = await serve();
  await using _python = startPython(reading, [process.env.KT_TEST_BROKERS ?? "", group, topic]);
  await using _kt = startKt(["consume", topic, "--group", group, "-X", "client.id=reader-kt"]);
  const of = async () => (await ask<TopicGroupsAnswer>(`${served.url}/topics/${topic}/groups`)).groups.find((one) => one.group === group);
  const found = await eventually(
    async () => {
      const now = await of();
      return now?.members.length === 2 && now.lag === 0 && now.members.every(({ partitions }) => partitions.length === 1) && now;
    },
    "both are members, and have read all",
    60_000,
  );
  expect(found).toMatchObject({ state: "Stable", type: "Classic", unknown: 0, trouble: null });
  expect(found.members.map(({ clientId }) => clientId).sort()).toEqual(["reader in python", "reader-kt"]);
  expect(found.members.every(({ host }) => /^[\d.]+$/.test(host))).toBe(true);
  expect(found.partitions).toMatchObject([0, 1].map((partition) => ({ topic, partition, committed: 20, low: 0, high: 20, lag: 0 })));
  expect(new Set(found.partitions.map(({ member }) => member))).toEqual(new Set(["reader in python", "reader-kt"]));

  // One that stopped is told with where it stopped; the list has both.
  const { groups } = await ask<GroupsAnswer>(`${served.url}/groups?match=${stopped}`);
  expect(groups).toEqual([{ group: stopped, state: "Empty", type: "Classic", lag: 10, unknown: 0, trouble: null, members: 0, topics: [topic] }]);
  const one = await ask<GroupAnswer>(`${served.url}/groups/${stopped}`);
  expect(one).toMatchObject({ group: stopped, lag: 10, members: [] });
  // The trend has a number for each time that somebody asked.
  const [{ trend } = { trend: [] }] = one.partitions;
  expect([trend.length, trend.at(-1)]).toEqual([one.trendTimesMs.length, one.partitions[0]?.lag ?? -1]);
});

test("a group of the new protocol is told like the others", async () => {
  const topic = await makeTopic("newer", "--partitions", "2");
  const group = uniqueName("newer");
  await ktOk(["produce", topic, "-p", "0"], { stdin: numbers(5) });
  await using served = await serve();
  await using _member = startKt(["consume", topic, "--group", group, "-X", "group.protocol=consumer", "-X", "client.id=reader-848"]);
  const found = await eventually(
    async () => {
      const [now] = (await ask<TopicGroupsAnswer>(`${served.url}/topics/${topic}/groups`)).groups;
      return now?.lag === 0 && now.members[0]?.partitions.length === 2 && now;
    },
    "the member has read all",
    60_000,
  );
  expect(found).toMatchObject({ group, state: "Stable", type: "Consumer", assignor: "uniform", members: [{ clientId: "reader-848" }] });
  expect(found.partitions.find(({ partition }) => partition === 0)).toMatchObject({ committed: 5, high: 5, lag: 0, member: "reader-848" });
});

test("places that are not where records are: before the first, past the end, of a topic that is gone, and only committed", async () => {
  const [topic, gone] = [await makeTopic("odd"), await makeTopic("gone")];
  await ktOk(["produce", topic], { stdin: numbers(10) });
  await ktOk(["produce", gone], { stdin: numbers(3) });
  const [before, past] = [uniqueName("before"), uniqueName("past/é ?#")];
  const brokers = process.env.KT_TEST_BROKERS ?? "";
  await pythonOk(commitOnly, [brokers, before, topic, "2"]);
  await pythonOk(commitOnly, [brokers, before, gone, "1"]);
  await pythonOk(commitOnly, [brokers, past, topic, "99"]);
  await ktOk(["topic", "empty", topic, "--before", "6", "--yes"]);
  await ktOk(["topic", "delete", gone, "--yes"]);
  await using served = await serve();
  // Of what was deleted unread nothing is left to read.
  const early = await ask<GroupAnswer>(`${served.url}/groups/${before}`);
  expect(early.partitions.filter((place) => place.topic === topic)).toMatchObject([{ committed: 2, low: 6, high: 10, lag: 4, member: null }]);
  expect([early.state, early.members, early.lag]).toEqual(["Empty", [], 4]);
  const late = await ask<GroupAnswer>(`${served.url}/groups/${encodeURIComponent(past)}`);
  expect(late).toMatchObject({ group: past, lag: 0, partitions: [{ committed: 99, high: 10, lag: 0 }] });
  expect((await refused(`${served.url}/groups/${uniqueName("nobody")}`))[0]).toBe(404);
});

test("what may not be seen is not there: hidden topics, Kafka's own, and groups that read nothing else", async () => {
  const [shown, hidden] = [await makeTopic("shown"), await makeTopic("hidden")];
  const [both, only] = [uniqueName("both"), uniqueName("only")];
  for (const topic of [shown, hidden]) await ktOk(["produce", topic], { stdin: numbers(4) });
  await ktOk(["consume", shown, hidden, "--group", both, "--exit"]);
  await ktOk(["consume", hidden, "--group", only, "--exit"]);
  await ktOk(["produce", hidden], { stdin: numbers(3) });
  await using served = await serve(undefined, "--topics", shown);
  const { groups } = await ask<GroupsAnswer>(`${served.url}/groups`);
  expect(groups).toMatchObject([{ group: both, topics: [shown], lag: 0 }]);
  expect(await (await fetch(`${served.url}/metrics?lag=1`)).text()).not.toContain(hidden);
  for (const path of [`groups/${only}`, `topics/${hidden}/partitions`, `topics/${hidden}/settings`, `topics/${hidden}/groups`])
    expect([path, (await refused(`${served.url}/${path}`))[0]]).toEqual([path, 404]);
  await using open = await serve();
  for (const path of ["partitions", "settings", "groups"]) expect((await refused(`${open.url}/topics/__consumer_offsets/${path}`))[0]).toBe(404);
});

test("lag is there for Prometheus where it is asked for, and the other metrics do not wait for it", async () => {
  const topic = await makeTopic("scraped");
  const group = uniqueName('quo"ted');
  await ktOk(["produce", topic], { stdin: numbers(7) });
  await ktOk(["consume", topic, "--group", group, "-n", "3"]);
  await using served = await serve();
  expect(await (await fetch(`${served.url}/metrics`)).text()).not.toContain("kt_group_lag");
  const text = await (await fetch(`${served.url}/metrics?lag=1`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith("kt_group_lag{") && line.includes(topic));
  expect(lines).toEqual([`kt_group_lag{group="${group.replace('"', '\\"')}",topic="${topic}",partition="0"} 4`]);
  expect(text).toContain("kt_group_lag_up 1\n");
});

test("without its broker it says so at once, and goes on when that is back", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await ktOk(["topic", "create", "alone"], { env });
  await ktOk(["produce", "alone", "a", "b"], { env });
  await ktOk(["consume", "alone", "--group", "readers", "-n", "1"], { env });
  await using served = await serve(broker.address);
  expect((await ask<GroupAnswer>(`${served.url}/groups/readers`)).lag).toBe(1);
  await broker.kill();
  await eventually(async () => (await fetch(`${served.url}/readyz`)).status === 503, "kt has seen that it is gone", 60_000);
  for (const path of ["groups", "groups/readers", "topics/alone/groups", "topics/alone/partitions", "topics/alone/settings"]) {
    const begunMs = performance.now();
    expect([path, (await refused(`${served.url}/${path}`))[0]]).toEqual([path, 503]);
    expect(performance.now() - begunMs).toBeLessThan(5000);
  }
  expect(await (await fetch(`${served.url}/metrics?lag=1`)).text()).toContain("kt_group_lag_up 0\n");
  await broker.startAgain();
  await eventually(async () => (await fetch(`${served.url}/groups/readers`)).ok, "it is told again", 60_000);
});
