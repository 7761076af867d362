/** A topic that is deleted while it is written to: nobody makes it anew behind the user's back, and every record is accounted for. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { numberIn, reported } from "./support/frames.ts";
import { eventually, jsonLines, kt, ktOk, makeTopic, recordsOf, startKt, uniqueName } from "./support/kt.ts";
import { expectOneSentence } from "./support/sentence.ts";

setDefaultTimeout(120_000);

interface Described {
  partitions: unknown[];
  config: { name: string; value: string; source: string }[];
}

async function described(topic: string): Promise<{ partitions: number; own: Record<string, string> }> {
  const [found] = jsonLines<Described>((await ktOk(["topic", "describe", topic, "--json"])).stdout);
  const own = (found?.config ?? []).filter(({ source }) => source === "DYNAMIC_TOPIC_CONFIG").map(({ name, value }) => [name, value]);
  return { partitions: found?.partitions.length ?? 0, own: Object.fromEntries(own) };
}

const emit = (topic: string) => startKt(["emit-video", "testsrc", "--size", "160x120", "--topic", topic]);
const stored = async (topic: string) => (await kt(["consume", topic, "--json", "--exit"])).stdout.split("\n").length - 1;

test.each([
  [
    "as the user made it",
    ["--partitions", "3", "--config", "retention.ms=700000", "--config", "max.message.bytes=5000000"],
    { "retention.ms": "700000", "max.message.bytes": "5000000" },
    3,
  ],
  ["as kt made it", undefined, { "max.message.bytes": "16777216" }, 1],
])("kt emit-video makes it again, %s, says so, and the frames meanwhile are delivered or counted", async (_, options, own, partitions) => {
  const topic = options ? await makeTopic("deleted", ...options) : uniqueName("deleted");
  await using emitter = emit(topic);
  await eventually(async () => (await stored(topic)) > 20, "pictures");
  await ktOk(["topic", "delete", topic, "--yes"]);
  await emitter.stderr.waitFor(/was deleted: it is made again, with its settings/, 30_000);
  await eventually(async () => (await stored(topic)) > 60, "pictures again");
  expect(await described(topic)).toEqual({ partitions, own });
  const code = await emitter.stop(20_000);
  const { sent, delivered, failed } = reported(emitter.stderr.text);
  expect([delivered + failed, code]).toEqual([sent, failed === 0 ? 0 : 1]);
  expect(emitter.stderr.text.match(/was deleted/g)).toHaveLength(1);
  const numbers = (await recordsOf(topic)).map((record) => numberIn(record, "kt-seq"));
  expect(new Set(numbers).size).toBe(numbers.length);
});

test("a topic that another program makes again with settings of its own is told of", async () => {
  const topic = await makeTopic("remade", "--config", "max.message.bytes=5000000");
  await using emitter = emit(topic);
  await eventually(async () => (await stored(topic)) > 20, "pictures");
  await ktOk(["topic", "delete", topic, "--yes"]);
  await ktOk(["topic", "create", topic]);
  await emitter.stderr.waitFor(/was deleted, and made again by another program with settings of its own/, 30_000);
  expect(await emitter.stop(20_000)).toBe(0);
  expect((await described(topic)).own).toEqual({});
});

async function written(topic: string): Promise<number> {
  const { partitions } = JSON.parse((await ktOk(["topic", "describe", topic, "--json"])).stdout) as { partitions: { high: number }[] };
  return partitions.reduce((sum, { high }) => sum + high, 0);
}

test.each([
  ["a pipe", []],
  ["a command, again and again", ["--exec", "date", "--every", "50ms"]],
  ["a transaction", ["--transaction"]],
])("kt produce ends with one sentence, of %s, and leaves the topic deleted", async (_, options) => {
  const topic = await makeTopic("deleted");
  await using producing = startKt(["produce", topic, ...options], { stdin: "pipe" });
  producing.write("a line\n".repeat(20));
  // Those of a transaction that is still open are in the log as well.
  await eventually(async () => (await written(topic)) > 10, "records");
  await ktOk(["topic", "delete", topic, "--yes"]);
  producing.write("more\n");
  expect(await producing.ended(40_000)).toBe(1);
  expect(producing.stderr.text).toMatch(/Topic \S+ was deleted while it was written to: \d+ of \d+ records were not delivered\. .*kt topic create/);
  expectOneSentence(producing.stderr.text);
  expect((await ktOk(["topic", "list", "--json"])).stdout).not.toContain(topic);
});

test("a broker that makes missing topics still makes one for kt produce", async () => {
  for (const options of [[], ["--transaction"]]) {
    const topic = uniqueName("missing");
    await ktOk(["produce", topic, ...options], { stdin: "a\nb\n" });
    expect((await recordsOf(topic)).map(({ value }) => value)).toEqual(["a", "b"]);
  }
});
