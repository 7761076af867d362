/** Many groups in few requests: what is found out so is what is found out by asking for one after the other. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { openAdmin } from "../../src/kafka/admin/admin.ts";
import type { SurveyedGroup } from "../../src/kafka/admin/group.ts";
import { classicGroups, committedPlaces, consumerGroups } from "../../src/kafka/admin/group-requests.ts";
import { brokers, eventually, ktOk, makeTopic, startKt, uniqueName } from "./support/kt.ts";

setDefaultTimeout(120_000);

const config = { brokers, properties: {}, debug: false };
const byPartition = (a: { topic: string; partition: number }, b: { topic: string; partition: number }) =>
  a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1;
const plain = (groups: SurveyedGroup[]) =>
  groups.map(({ places, members, ...group }) => ({
    ...group,
    places: places.map(({ topic, partition, offset }) => ({ topic, partition, offset })).sort(byPartition),
    members: members.map((member) => ({ ...member, partitions: member.partitions.toSorted(byPartition) })).sort((a, b) => (a.id < b.id ? -1 : 1)),
  }));

test("brokers that know no request about many groups are asked for each, with the same result", async () => {
  const topic = await makeTopic("surveyed", "--partitions", "3");
  const label = uniqueName("survey");
  await ktOk(["produce", topic, "-p", "1"], { stdin: "a\nb\nc\n" });
  const admin = await openAdmin(config);
  await using _classic = startKt(["consume", topic, "--group", `${label}-classic`, "-X", "group.instance.id=one", "-X", "client.id=Zoë"]);
  await using _newer = startKt(["consume", topic, "--group", `${label}-newer`, "-X", "group.protocol=consumer"]);
  await ktOk(["group", "seek", `${label}-places`, "2", "--topic", topic, "--yes"]);
  const ours = async () => (await admin.groups.list()).filter(({ group }) => group.startsWith(label));
  const together = await eventually(async () => {
    const groups = plain(await admin.groups.survey(await ours()));
    const settled =
      groups.length === 3 &&
      groups.every(({ group, members, places }) => places.length > 0 && (group.endsWith("places") || members[0]?.partitions.length === 3));
    return settled && groups;
  }, "both members have read and committed");
  expect(together.map(({ group, state, type, trouble }) => [group, state, type, trouble])).toEqual([
    [`${label}-classic`, "Stable", "Classic", null],
    [`${label}-newer`, "Stable", "Consumer", null],
    [`${label}-places`, "Empty", "Classic", null],
  ]);
  expect(together[0]?.members).toMatchObject([{ clientId: "Zoë", instanceId: "one" }]);

  const kinds = [committedPlaces, classicGroups, consumerGroups];
  const questions = kinds.map(({ of }) => of);
  // No broker has come so far.
  for (const kind of kinds) kind.of = ((of) => (groups: string[]) => ({ ...of(groups), version: 99 }))(kind.of);
  try {
    const alone = plain(await admin.groups.survey(await ours()));
    expect(alone).toEqual(together);
  } finally {
    for (const [i, kind] of kinds.entries()) kind.of = questions[i] as (typeof kind)["of"];
    admin.close();
  }
});
