/** kt group: places and lag as they are, members by name, and groups moved only when that is meant. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { eventually, kt, ktOk, makeTopic, startKt, uniqueName } from "./support/kt.ts";
import { expectOneSentence } from "./support/sentence.ts";

setDefaultTimeout(120_000);

const describe = async (group: string) => JSON.parse((await ktOk(["group", "describe", group, "--json"])).stdout);
const groups = async (...args: string[]) => JSON.parse((await ktOk(["group", "list", "--json", ...args])).stdout);

/** A topic with records 1 to 10, of which the group has read six. */
async function readInPart(): Promise<{ topic: string; group: string }> {
  const topic = await makeTopic("grouped");
  const group = uniqueName("group");
  await ktOk(["produce", topic], { stdin: Array.from({ length: 10 }, (_, i) => `${i + 1}\n`).join("") });
  await ktOk(["consume", topic, "--group", group, "-n", "6"]);
  return { topic, group };
}

test("a group that nobody has joined is listed and described with its lag", async () => {
  const { topic, group } = await readInPart();
  expect(await groups("--lag", group)).toEqual([{ group, state: "Empty", type: "Classic", members: 0, topics: [topic], lag: 4 }]);
  expect(await describe(group)).toMatchObject({
    group,
    state: "Empty",
    members: [],
    lag: 4,
    partitions: [{ topic, partition: 0, committed: 6, low: 0, high: 10, lag: 4, member: null }],
  });
  const { stdout } = await ktOk(["group", "describe", group]);
  expect(stdout).toContain("Empty, 0 members, lag 4");
  expect(stdout).toContain(topic);
});

test("a member is shown with what it reads; while it reads, nobody moves or deletes the group", async () => {
  const { topic, group } = await readInPart();
  await using _member = startKt(["consume", topic, "--group", group, "-X", "client.id=reader-7"]);
  const described = await eventually(async () => {
    const now = await describe(group);
    return now.state === "Stable" && now.lag === 0 && now;
  }, "the member has read all");
  expect(described.assignor).toBe("range");
  expect(described.members).toMatchObject([{ clientId: "reader-7", partitions: [{ topic, partition: 0 }] }]);
  expect(described.partitions).toMatchObject([{ committed: 10, member: "reader-7" }]);
  for (const args of [
    ["seek", group, "start", "--yes"],
    ["delete", group, "--yes"],
  ]) {
    const { code, stderr } = await kt(["group", ...args]);
    expect(code).toBe(1);
    expectOneSentence(stderr);
    expect(stderr).toContain("has members");
  }
});

test("seek shows the move, makes it with --yes, and the group goes on from there", async () => {
  const { topic, group } = await readInPart();
  const dry = await ktOk(["group", "seek", group, "-2", "--json"]);
  expect(JSON.parse(dry.stdout)).toEqual({ group, moved: false, partitions: [{ topic, partition: 0, from: 6, to: 8 }] });
  expect((await describe(group)).partitions[0].committed).toBe(6);
  await ktOk(["group", "seek", group, "-2", "--yes"]);
  expect((await ktOk(["consume", topic, "--group", group, "--exit"])).stdout).toBe("9\n10\n");

  const far = new Date(Date.now() + 3_600_000).toISOString();
  for (const [position, offset] of [
    ["start", 0],
    ["7", 7],
    ["99", 10],
    ["@0", 0],
    [`@${far}`, 10],
  ] as const) {
    await ktOk(["group", "seek", group, position, "--yes"]);
    expect([position, (await describe(group)).partitions[0].committed]).toEqual([position, offset]);
  }
});

test("seek moves nothing where one of the partitions is not there", async () => {
  const { topic, group } = await readInPart();
  const { code, stderr } = await kt(["group", "seek", group, "start", "--topic", topic, "-p", "0", "-p", "9", "--yes"]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("no partition 9")]);
  expect((await describe(group)).partitions[0].committed).toBe(6);
});

test("seek gives a new group its place in a topic that is named", async () => {
  const topic = await makeTopic("placed", "-p", "2");
  const group = uniqueName("new");
  const nowhere = await kt(["group", "seek", group, "start"]);
  expect(nowhere.code).toBe(1);
  expectOneSentence(nowhere.stderr);
  expect(nowhere.stderr).toContain("--topic");
  await ktOk(["group", "seek", group, "end", "--topic", topic, "--partition", "1", "--yes"]);
  expect((await describe(group)).partitions).toMatchObject([{ topic, partition: 1, committed: 0 }]);
});

test("delete takes groups away; one that is not there is named, and nothing is deleted", async () => {
  const { group } = await readInPart();
  const missing = await kt(["group", "delete", group, "nobody-of-that-name", "--yes"]);
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain("'nobody-of-that-name'");
  expect(await groups(group)).toHaveLength(1);
  await ktOk(["group", "delete", group, "--yes"]);
  expect(await groups(group)).toEqual([]);
  const gone = await kt(["group", "describe", group]);
  expect(gone.code).toBe(1);
  expectOneSentence(gone.stderr);
  expect(gone.stderr).toContain(`no consumer group '${group}'`);
});

test("where one of several groups cannot go, it is said which are gone", async () => {
  const [idle, busy] = [await readInPart(), await readInPart()];
  await using member = startKt(["consume", busy.topic, "--group", busy.group]);
  await eventually(async () => (await describe(busy.group)).state === "Stable", "the member has joined");
  const { code, stderr } = await kt(["group", "delete", idle.group, busy.group, "--yes"]);
  expect([code, stderr]).toEqual([1, expect.stringContaining(`Deleted before that: ${idle.group}.`)]);
  expectOneSentence(stderr);
  expect(await groups(idle.group)).toEqual([]);
  await member.stop();
});

test("a member whose place another took ends, and says why", async () => {
  const topic = await makeTopic("fenced");
  const group = uniqueName("group");
  await ktOk(["produce", topic, "one"]);
  const member = () => startKt(["consume", topic, "--group", group, "-X", "group.instance.id=one"]);
  await using first = member();
  await first.stdout.waitFor(/one/);
  await using second = member();
  expect(await first.ended(40_000)).toBe(1);
  expectOneSentence(first.stderr.text);
  expect(first.stderr.text).toContain("group.instance.id");
  // Its place is the other's now.
  await ktOk(["produce", topic, "two"]);
  await second.stdout.waitFor(/two/);
});
