/** kt topic alter, empty, delete: what Kafka has afterwards, and what is asked before. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { binary, brokers, kt, ktOk, makeTopic, recordsOf, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";
import { expectOneSentence } from "./support/sentence.ts";

setDefaultTimeout(120_000);

const described = async (name: string) => JSON.parse((await ktOk(["topic", "describe", name, "--json"])).stdout);
/** The topic's own settings. */
async function settings(name: string): Promise<Record<string, string>> {
  const entries = (await described(name)).config as { name: string; value: string; source: string }[];
  return Object.fromEntries(entries.filter(({ source }) => source === "DYNAMIC_TOPIC_CONFIG").map(({ name, value }) => [name, value]));
}
const names = async (...args: string[]) =>
  JSON.parse((await ktOk(["topic", "list", "--json", ...args])).stdout).map((topic: { name: string }) => topic.name) as string[];
const valuesOf = async (topic: string) => (await recordsOf(topic)).map(({ value }) => value);

test("alter sets some settings, gives others their default, adds partitions, and leaves the rest", async () => {
  const topic = await makeTopic("altered", "-c", "retention.ms=1000000", "-c", "max.message.bytes=2000000");
  const wish = ["topic", "alter", topic, "-c", "segment.bytes=2000000", "--delete-config", "retention.ms", "-p", "3"];

  const dry = await ktOk([...wish, "--dry-run"]);
  expect(dry.stderr).toContain("retention.ms: 1000000 → (default)");
  expect((await described(topic)).partitions).toHaveLength(1);
  expect(await settings(topic)).toEqual({ "retention.ms": "1000000", "max.message.bytes": "2000000" });

  await ktOk(wish);
  expect((await described(topic)).partitions).toHaveLength(3);
  expect(await settings(topic)).toEqual({ "segment.bytes": "2000000", "max.message.bytes": "2000000" });
  expect((await ktOk(wish)).stderr).toContain("so already");
});

test("alter that Kafka refuses in part changes nothing", async () => {
  const topic = await makeTopic("refused");
  const { code, stderr } = await kt(["topic", "alter", topic, "-c", "retention.ms=1000", "-c", "no.such.setting=1", "-p", "2"]);
  expect(code).toBe(1);
  expectOneSentence(stderr);
  expect(stderr).toContain("no.such.setting");
  expect(await settings(topic)).toEqual({});
  expect((await described(topic)).partitions).toHaveLength(1);
  const fewer = await kt(["topic", "alter", await makeTopic("fewer", "-p", "3"), "-p", "2"]);
  expect(fewer.code).toBe(1);
  expect(fewer.stderr).toContain("has 3 partitions");
});

test("empty deletes what stands in front of a place, and offsets go on", async () => {
  const topic = await makeTopic("emptied");
  await ktOk(["produce", topic], { stdin: "a\nb\nc\nd\n" });
  await ktOk(["topic", "empty", topic, "--before", "-1", "--yes"]);
  expect(await valuesOf(topic)).toEqual(["d"]);
  const { stdout } = await ktOk(["topic", "empty", topic, "--yes", "--json"]);
  expect(JSON.parse(stdout)).toEqual([{ name: topic, records: 1, emptied: true }]);
  await ktOk(["produce", topic, "e"]);
  expect((await recordsOf(topic)).map(({ offset, value }) => [offset, value])).toEqual([[4, "e"]]);
});

test("a compacted topic is not emptied, and the sentence says what allows it", async () => {
  const topic = await makeTopic("compacted", "-c", "cleanup.policy=compact");
  await ktOk(["produce", topic, "a", "-k", "k"]);
  const { code, stderr } = await kt(["topic", "empty", topic, "--yes"]);
  expect(code).toBe(1);
  expectOneSentence(stderr);
  const remedy = /kt (topic alter \S+ --config \S+)/.exec(stderr)?.[1] as string;
  await ktOk(remedy.split(" "));
  await ktOk(["topic", "empty", topic, "--yes"]);
  expect(await valuesOf(topic)).toEqual([]);
});

test("delete takes names and patterns, and only what they mean", async () => {
  const mark = uniqueName("gone");
  for (const end of ["-a", "-b", "-other"]) await ktOk(["topic", "create", mark + end]);
  expect((await ktOk(["topic", "delete", `${mark}-?`, "--dry-run", "--json"])).stdout).toBe(
    `${JSON.stringify(["-a", "-b"].map((end) => ({ name: mark + end, records: 0, deleted: false })))}\n`,
  );
  expect(await names(mark)).toHaveLength(3);
  await ktOk(["topic", "delete", `${mark}-?`, "--yes"]);
  expect(await names(mark)).toEqual([`${mark}-other`]);
  const missing = await kt(["topic", "delete", `${mark}-other`, `${mark}-a`, "--yes"]);
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain(`'${mark}-a'`);
  expect(await names(mark)).toEqual([`${mark}-other`]);
});

test("delete asks at a terminal, takes only yes for it, and without a terminal wants --yes", async () => {
  const topic = await makeTopic("asked");
  await ktOk(["produce", topic, "one"]);
  const alone = await kt(["topic", "delete", topic]);
  expect(alone.code).toBe(2);
  expectOneSentence(alone.stderr);
  expect(alone.stderr).toContain("--yes");

  const atTerminal = (answer: string) => run(["script", "-qec", `${binary} topic delete ${topic} -b ${brokers}`, "/dev/null"], { stdin: answer });
  const declined = await atTerminal("\n");
  expect(declined.stdout).toContain(`Delete topic ${topic}, which loses 1 record? [y/N]`);
  expect(declined.stdout).toContain("Nothing was changed");
  expect(await names(topic)).toEqual([topic]);
  expect((await atTerminal("y\n")).code).toBe(0);
  expect(await names(topic)).toEqual([]);
});

test("create --if-not-exists and --dry-run make nothing that should not be made", async () => {
  const topic = uniqueName("once");
  expect((await ktOk(["topic", "create", topic, "--dry-run"])).stderr).toContain("Would create");
  expect(await names(topic)).toEqual([]);
  await ktOk(["topic", "create", topic, "--if-not-exists"]);
  const again = await ktOk(["topic", "create", topic, "--if-not-exists", "-p", "9"]);
  expect(again.stderr).toContain("exists already");
  expect((await described(topic)).partitions).toHaveLength(1);
});

test("list shows Kafka's own topics when asked, and describe --all every setting", async () => {
  const topic = await makeTopic("listed");
  await ktOk(["consume", topic, "--group", uniqueName("g"), "--exit"]); // makes __consumer_offsets
  expect(await names("--internal", "^__")).toContain("__consumer_offsets");
  expect(await names("^__")).toEqual([]);
  const all = JSON.parse((await ktOk(["topic", "describe", topic, "--all", "--json"])).stdout);
  expect(all.config).toContainEqual({ name: "cleanup.policy", value: "delete", source: "DEFAULT_CONFIG" });
});
