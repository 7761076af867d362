/** A partition whose only broker is down: it is shown as what it is, and the others as ever. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { PartitionsAnswer, TopicGroupsAnswer } from "../../src/protocol/topic-answers.ts";
import { OwnBroker } from "./support/broker.ts";
import { eventually, ktOk, serve } from "./support/kt.ts";
import { parts } from "./support/mjpeg.ts";

setDefaultTimeout(120_000);

interface Described {
  partitions: { id: number; leader: number; low: number | null; high: number | null }[];
}

test("without one of three brokers its partitions are not counted, the others are, and kt serve shows them", async () => {
  await using cluster = await OwnBroker.start("--nodes", "3");
  const env = { KT_BROKERS: cluster.address };
  const described = async () => JSON.parse((await ktOk(["topic", "describe", "spread", "--json"], { env, timeoutMs: 60_000 })).stdout) as Described;
  await ktOk(["topic", "create", "spread", "--partitions", "3"], { env });
  for (const partition of [0, 1, 2]) await ktOk(["produce", "spread", "-p", String(partition), "a", "b"], { env });
  await ktOk(["emit-video", "cam=testsrc", "--topic", "video", "--duration", "1", "--codec", "mjpeg"], { env });
  const camera = JSON.parse((await ktOk(["topic", "describe", "video", "--json"], { env })).stdout) as Described;
  const lost = (await described()).partitions.find(({ leader }) => leader !== camera.partitions[0]?.leader && leader !== 1) as Described["partitions"][number];
  // Each is kept by one broker alone, and Kafka chooses which: one at least by the broker that will be lost.
  const alone: string[] = [];
  for (let lostToo = false; !lostToo || alone.length < 3; ) {
    const topic = `alone${alone.length}`;
    await ktOk(["topic", "create", topic], { env });
    await ktOk(["produce", topic, "a text"], { env });
    alone.push(topic);
    lostToo ||= (JSON.parse((await ktOk(["topic", "describe", topic, "--json"], { env })).stdout) as Described).partitions[0]?.leader === lost.leader;
  }
  // Each is kept by one of the brokers, by its name.
  const groups = [0, 1, 2, 3, 4].map((i) => `readers${i}`);
  for (const group of groups) await ktOk(["group", "seek", group, "end", "--topic", "spread", "--yes"], { env });
  await using served = await serve(cluster.address);
  const summaryOf = async (name: string) =>
    ((await (await fetch(`${served.url}/topics`)).json()) as { name: string; kind: string; leaderless: number; records: number }[]).find(
      (topic) => topic.name === name,
    );
  await eventually(async () => (await summaryOf("spread"))?.records === 6, "the topic is known");
  await eventually(async () => (await Promise.all(alone.map(summaryOf))).every((topic) => topic?.kind === "text"), "the others are known");

  const told = async <T>(path: string) => (await (await fetch(`${served.url}/topics/spread/${path}`)).json()) as T;
  expect((await told<TopicGroupsAnswer>("groups")).groups.map(({ group, lag, unknown }) => [group, lag, unknown])).toEqual(
    groups.map((group) => [group, 0, 0]),
  );

  // A broker that hangs says no offsets, and the others do.
  await cluster.pause(lost.leader);
  await eventually(async () => (await summaryOf("spread"))?.leaderless === 1, "a broker that hangs is given up", 60_000);
  expect(await summaryOf("spread")).toMatchObject({ records: 6, kind: "text" });
  await cluster.kill(lost.leader);
  await eventually(async () => (await described()).partitions.some(({ leader }) => leader < 0), "the partition has no leader", 60_000);

  expect((await described()).partitions.map(({ id, low, high }) => [id, low, high])).toEqual(
    [0, 1, 2].map((id) => (id === lost.id ? [id, null, null] : [id, 0, 2])),
  );
  const { stdout, stderr } = await ktOk(["topic", "list", "--json"], { env });
  expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ name: "spread", records: 4, leaderless: 1 }));
  expect(stderr).toBe("");
  const listed = await ktOk(["topic", "list", "spread"], { env });
  expect(listed.stderr).toMatch(/^Warning: 1 partition of spread has no leader.+\n$/);

  await eventually(async () => (await summaryOf("spread"))?.leaderless === 1, "it is shown", 60_000);
  expect(await summaryOf("spread")).toMatchObject({ records: 6 });
  expect((await fetch(`${served.url}/readyz`)).status).toBe(200);
  expect(await parts(`${served.url}/topics/video/stream.mjpeg`, 1)).toHaveLength(1);
  expect(((await (await fetch(`${served.url}/topics/spread/records`)).json()) as unknown[]).length).toBe(4);
  // Of a topic of one partition nobody leads any: it is there, with what was known of it.
  const summaries = await Promise.all(alone.map(summaryOf));
  expect(summaries.filter((topic) => topic?.leaderless === 1).length).toBeGreaterThan(0);
  expect(summaries).toMatchObject(alone.map((name) => ({ name, kind: "text", records: 1 })));
  const refused = await fetch(`${served.url}/topics/spread/records?partition=${lost.id}`);
  expect([refused.status, await refused.text()]).toEqual([503, expect.stringMatching(/^Partition \d of 'spread' has no leader now.+\n$/)]);
  // It is told as what it is, and so are the groups, those that another broker keeps now among them.
  const { partitions } = await told<PartitionsAnswer>("partitions");
  expect(partitions.map(({ leader, low, bytes }) => [leader < 0, low === null, bytes === null])).toEqual([0, 1, 2].map((id) => Array(3).fill(id === lost.id)));
  const found = await eventually(
    async () => {
      const answer = await told<TopicGroupsAnswer>("groups").catch(() => undefined);
      return answer?.groups.length === groups.length && answer.groups.every(({ trouble }) => trouble === null) && answer.groups;
    },
    "another broker keeps those groups",
    60_000,
  );
  expect(found.map(({ group, lag, unknown }) => [group, lag, unknown])).toEqual(groups.map((group) => [group, 0, 1]));
  expect(found[0]?.partitions.map(({ lag }) => lag)).toEqual([0, 1, 2].map((id) => (id === lost.id ? null : 0)));
});
