/** kt topic: what is made, what is shown, and what is said when it cannot be. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { OwnBroker } from "./support/broker.ts";
import { brokers, eventually, kt, ktOk, makeTopic, pythonOk, uniqueName } from "./support/kt.ts";
import { expectOneSentence } from "./support/sentence.ts";

setDefaultTimeout(120_000);

interface Listed {
  name: string;
  partitions: number;
  replicas: number;
  records: number;
  bytes: number | null;
  leaderless: number;
}
interface Described {
  name: string;
  partitions: { id: number; leader: number; replicas: number[]; isr: number[]; low: number; high: number; bytes: number | null }[];
  config: { name: string; value: string; source: string }[];
}

const denyDescribe = `
import sys
from kafka.admin import ACL, ACLOperation, ACLPermissionType, KafkaAdminClient, ResourcePattern, ResourceType
rule = ACL("User:ANONYMOUS", "*", ACLOperation.DESCRIBE, ACLPermissionType.DENY, ResourcePattern(ResourceType.CLUSTER, "kafka-cluster"))
assert not KafkaAdminClient(bootstrap_servers=sys.argv[1]).create_acls([rule])["failed"]
`;

/** The cells of the table's row that begins with the name. */
function row(table: string, name: string): string[] {
  const found = table.split("\n").find((line) => line.trim().split(/\s+/)[0] === name);
  if (!found) throw new Error(`no row ${name} in:\n${table}`);
  return found.trim().split(/\s+/);
}

test("a topic is made as asked, and described with its partitions and settings", async () => {
  const name = uniqueName("made");
  const created = await kt([
    "topic",
    "create",
    name,
    "--partitions",
    "3",
    "--replication-factor",
    "1",
    "--config",
    "retention.ms=86400000",
    "--config",
    "max.message.bytes=2000000",
  ]);
  expect(created.code).toBe(0);
  expect(created.stdout).toBe("");
  expect(created.stderr).toContain(name);
  expect(created.stderr).toContain("3 partitions");

  const described = JSON.parse((await ktOk(["topic", "describe", name, "--json"])).stdout) as Described;
  expect(described.name).toBe(name);
  expect(described.partitions.map(({ id, low, high }) => ({ id, low, high }))).toEqual([0, 1, 2].map((id) => ({ id, low: 0, high: 0 })));
  for (const { leader, replicas, isr } of described.partitions) {
    expect(replicas).toEqual([leader]);
    expect(isr).toEqual([leader]);
  }
  const own = described.config.filter(({ source }) => source === "DYNAMIC_TOPIC_CONFIG");
  expect(Object.fromEntries(own.map((entry) => [entry.name, entry.value]))).toEqual({ "retention.ms": "86400000", "max.message.bytes": "2000000" });
});

test("create --json says what was made", async () => {
  const name = uniqueName("made-json");
  const { stdout } = await ktOk(["topic", "create", name, "-p", "2", "--json"]);
  expect(JSON.parse(stdout)).toEqual({ name, partitions: 2, replicationFactor: 1, config: {} });
});

test("an option's short and long spelling may be mixed", async () => {
  const name = await makeTopic("mixed", "--config", "retention.ms=86400000", "-c", "max.message.bytes=2000000");
  const table = (await ktOk(["topic", "describe", name])).stdout;
  expect(row(table, "retention.ms")[1]).toBe("86400000");
  expect(row(table, "max.message.bytes")[1]).toBe("2000000");
});

test("list and describe count the records that there are, and what they take on disk", async () => {
  const name = await makeTopic("counted", "--partitions", "2", "--config", "retention.ms=7200000");
  await ktOk(["produce", name, "--partition", "0"], { stdin: "a\nb\nc\n" });
  await ktOk(["produce", name, "--partition", "1", "d"]);

  const listed = JSON.parse((await ktOk(["topic", "list", "--json"])).stdout) as Listed[];
  expect(listed.find((topic) => topic.name === name)).toEqual({ name, partitions: 2, replicas: 1, records: 4, bytes: expect.any(Number), leaderless: 0 });
  expect(listed.filter((topic) => topic.name.startsWith("__"))).toEqual([]);

  const list = (await ktOk(["topic", "list"])).stdout;
  expect(list.split("\n")[0]?.split(/\s+/)).toEqual(["TOPIC", "PARTITIONS", "REPLICAS", "RECORDS", "SIZE"]);
  // Both batches, each of 61 bytes and its records.
  expect(row(list, name)).toEqual([name, "2", "1", "4", "154", "B"]);

  const table = (await ktOk(["topic", "describe", name])).stdout;
  expect(table.split("\n")[0]?.split(/\s+/)).toEqual(["PARTITION", "LEADER", "REPLICAS", "ISR", "LOW", "HIGH", "RECORDS", "SIZE"]);
  expect(row(table, "0").slice(4)).toEqual(["0", "3", "3", "85", "B"]);
  expect(row(table, "1").slice(4)).toEqual(["0", "1", "1", "69", "B"]);
  expect(row(table, "retention.ms")).toEqual(["retention.ms", "7200000", "DYNAMIC_TOPIC_CONFIG"]);

  const { partitions } = JSON.parse((await ktOk(["topic", "describe", name, "--json"])).stdout) as Described;
  expect(partitions.map(({ low, high, bytes }) => [low, high, bytes])).toEqual([
    [0, 3, 85],
    [0, 1, 69],
  ]);
});

test("to who may not describe the cluster the rest is shown without sizes", async () => {
  const authorizer = ["authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "allow.everyone.if.no.acl.found=true"];
  await using broker = await OwnBroker.start(...authorizer.flatMap((setting) => ["--set", setting]));
  const env = { KT_BROKERS: broker.address };
  await ktOk(["topic", "create", "guarded"], { env });
  await pythonOk(denyDescribe, [broker.address]);
  const rows = async () => JSON.parse((await ktOk(["topic", "list", "--json"], { env })).stdout) as Listed[];
  await eventually(async () => (await rows())[0]?.bytes === null, "the broker heeds the rule");
  expect(await rows()).toEqual([{ name: "guarded", partitions: 1, replicas: 1, records: 0, bytes: null, leaderless: 0 }]);
  expect(row((await ktOk(["topic", "describe", "guarded"], { env })).stdout, "0").at(-1)).toBe("?");
});

test("a topic that exists already is said to, and stays as it is", async () => {
  const name = await makeTopic("twice");
  const again = await kt(["topic", "create", name, "--partitions", "7"]);
  expect(again.code).toBe(1);
  expectOneSentence(again.stderr);
  expect(again.stderr).toContain(`'${name}'`);
  expect(again.stderr).toContain("exists");
  const { partitions } = JSON.parse((await ktOk(["topic", "describe", name, "--json"])).stdout) as Described;
  expect(partitions).toHaveLength(1);
});

test.each(["0", "-1", "1.5", "many", ""])("--partitions %p is refused as usage, and nothing is made", async (partitions) => {
  const name = uniqueName("none");
  for (const args of [["--partitions", partitions], [`--partitions=${partitions}`]]) {
    const { code, stdout, stderr } = await kt(["topic", "create", name, ...args]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expectOneSentence(stderr);
    expect(stderr).toContain("--partitions");
    expect(stderr).toContain(`'${partitions}'`);
  }
  const names = (JSON.parse((await ktOk(["topic", "list", "--json"])).stdout) as Listed[]).map((topic) => topic.name);
  expect(names).not.toContain(name);
});

test.each([
  ["has a slash", "a/b"],
  ["has a space", "two words"],
  ["is two dots", ".."],
  ["has an umlaut", "ümlaut"],
  ["is too long", "x".repeat(250)],
])("a name that %s is refused with the rule", async (_, name) => {
  const { code, stderr } = await kt(["topic", "create", name]);
  expect(code).toBe(2);
  expectOneSentence(stderr);
  expect(stderr).toContain(`'${name}'`);
  expect(stderr).toContain("249");
});

test("more replicas than brokers, and an unknown setting, are refused in Kafka's terms", async () => {
  const replicas = await kt(["topic", "create", uniqueName("none"), "--replication-factor", "5"]);
  expect(replicas.code).toBe(1);
  expectOneSentence(replicas.stderr);
  expect(replicas.stderr).toMatch(/replication factor/i);
  const setting = await kt(["topic", "create", uniqueName("none"), "--config", "no.such.setting=1"]);
  expect(setting.code).toBe(1);
  expectOneSentence(setting.stderr);
  expect(setting.stderr).toContain("no.such.setting");
});

test("an unknown topic is named, with the way to find or make it", async () => {
  const name = uniqueName("unknown");
  for (const args of [
    ["topic", "describe", name],
    ["consume", name],
  ]) {
    const { code, stdout, stderr } = await kt(args);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expectOneSentence(stderr);
    expect(stderr).toContain(`'${name}'`);
    expect(stderr).toContain("kt topic list");
  }
  const names = (JSON.parse((await ktOk(["topic", "list", "--json"])).stdout) as Listed[]).map((topic) => topic.name);
  expect(names).not.toContain(name); // asking must not make it
});

test("-b wins over KT_BROKERS", async () => {
  const { stdout } = await ktOk(["topic", "list", "--json", "-b", brokers], { env: { KT_BROKERS: "127.0.0.1:1" } });
  expect(JSON.parse(stdout)).toBeArray();
});

test("brokers are listed with what they keep and lead; one that crashed is away", async () => {
  await using cluster = await OwnBroker.start("--nodes", "3");
  const env = { KT_BROKERS: cluster.address };
  const addresses = cluster.address.split(",");
  await ktOk(["topic", "create", "kept", "--partitions", "4", "--replication-factor", "3"], { env });
  await ktOk(["topic", "create", "single", "--partitions", "2"], { env });
  interface ListedBroker {
    id: number;
    address: string | null;
    partitions: number;
    inSync: number;
    leads: number;
  }
  const listed = async () => JSON.parse((await ktOk(["broker", "list", "--json"], { env })).stdout) as ListedBroker[];
  const sums = (brokers: ListedBroker[]) => (["partitions", "inSync", "leads"] as const).map((what) => brokers.reduce((sum, broker) => sum + broker[what], 0));
  const all = await listed();
  expect(all.map(({ id, address }) => [id, address])).toEqual(addresses.map((address, i) => [i + 1, address]));
  // Three copies of four, and two of one each; every one of the six has one leader.
  expect(sums(all)).toEqual([14, 14, 6]);
  await cluster.kill(3);
  await eventually(async () => (await listed())[2]?.address === null, "the broker that crashed");
  const [, , away] = await listed();
  expect(away).toMatchObject({ id: 3, inSync: 0, leads: 0 });
  expect(away?.partitions).toBeGreaterThanOrEqual(4);
  expect(row((await ktOk(["broker", "list"], { env })).stdout, "3").slice(0, 2)).toEqual(["3", "away"]);
}, 120_000);
