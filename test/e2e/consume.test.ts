/** kt consume: where it begins, when it ends, and how groups share and remember. */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { binary, brokers, kt, ktOk, makeTopic, pythonOk, recordsOf, startKt, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";

setDefaultTimeout(120_000);

const firstTimeMs = 1_700_000_000_000;
/** Ten records, v0 to v9, a second apart. */
let timed = "";

beforeAll(async () => {
  timed = await makeTopic("timed", "--config", "retention.ms=-1"); // the times are long past
  await pythonOk(
    `import sys, kafka
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1])
for i in range(10): p.send(sys.argv[2], value=b'v%d' % i, timestamp_ms=${firstTimeMs} + 1000 * i)
p.flush()`,
    [brokers, timed],
  );
}, 30_000);

const values = (from: number, to = 10) => Array.from({ length: to - from }, (_, i) => `v${from + i}`);

async function consumed(...args: string[]): Promise<string[]> {
  return (await ktOk(["consume", timed, "--exit", ...args])).stdout.split("\n").slice(0, -1);
}

test.each([
  ["start", values(0)],
  ["end", []],
  ["0", values(0)],
  ["4", values(4)],
  ["10", []],
  ["99", []],
  ["-1", values(9)],
  ["-3", values(7)],
  ["-99", values(0)],
  [`@${firstTimeMs}`, values(0)],
  [`@${firstTimeMs + 3500}`, values(4)],
  [`@${new Date(firstTimeMs + 6000).toISOString()}`, values(6)],
  ["@2023-11-14T23:13:27+01:00", values(7)], // 22:13:20Z is the first record's time
  ["@2033-01-01T00:00:00Z", []],
] as [string, string[]][])("--from %s", async (from, expected) => {
  expect(await consumed("--from", from)).toEqual(expected);
  expect(await consumed(`-o${from}`)).toEqual(expected);
});

test.each(["yesterday", "--3", "@noon", "1.5", ""])("--from %p is refused as usage", async (from) => {
  const { code, stdout, stderr } = await kt(["consume", timed, "--exit", `--from=${from}`]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^kt: .*position.*\n$/);
});

test("-n stops after so many, without --exit as well", async () => {
  expect((await ktOk(["consume", timed, "-n", "3"])).stdout).toBe("v0\nv1\nv2\n");
  expect(await consumed("-n", "2", "--from", "-4")).toEqual(["v6", "v7"]);
  expect(await consumed("-n", "50")).toEqual(values(0));
  expect((await kt(["consume", timed, "-n", "0"])).code).toBe(2);
});

test("-N counts in each partition, several topics are read together, an empty one is no obstacle", async () => {
  const two = await makeTopic("two", "--partitions", "2");
  const none = await makeTopic("none");
  for (const partition of ["0", "1"]) await ktOk(["produce", two, "-p", partition], { stdin: `a${partition}\nb${partition}\nc${partition}\n` });
  const { stdout } = await ktOk(["consume", two, timed, none, "--from", "-2", "--json", "--exit"]);
  const found = stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { topic: string; value: string });
  expect(
    found
      .filter(({ topic }) => topic === two)
      .map(({ value }) => value)
      .sort(),
  ).toEqual(["b0", "b1", "c0", "c1"]);
  expect(found.filter(({ topic }) => topic === timed).map(({ value }) => value)).toEqual(["v8", "v9"]);
  expect((await ktOk(["consume", none, "--exit"])).stdout).toBe("");
});

test("--exit ends at the end that was there at the start, on a topic that keeps growing", async () => {
  const topic = await makeTopic("growing");
  await ktOk(["produce", topic], { stdin: "old\n".repeat(500) });
  await using _producer = startKt(["produce", topic], { stdin: "pipe" });
  let growing = true;
  const grow = (async () => {
    for (; growing; await Bun.sleep(1)) _producer.write("new\n".repeat(20));
  })();
  try {
    await using watcher = startKt(["consume", topic, "--from", "end"]);
    await watcher.stdout.waitFor(/new\n/);
    const { stdout, ms } = await ktOk(["consume", topic, "--exit"], { timeoutMs: 10_000 });
    expect(stdout.startsWith("old\n".repeat(500))).toBe(true);
    expect(ms).toBeLessThan(5000);
    const length = watcher.stdout.text.length;
    await watcher.stdout.waitFor((output) => output.text.length > length, 5000); // it still grows
  } finally {
    growing = false;
    await grow;
  }
});

test("what is produced now is printed within a second; Ctrl-C ends with 0", async () => {
  const topic = await makeTopic("live");
  await using consumer = startKt(["consume", topic, "--from", "end"]);
  await Bun.sleep(1500);
  const produced = await ktOk(["produce", topic, "now"]);
  const acknowledged = performance.now();
  expect(produced.code).toBe(0);
  await consumer.stdout.waitFor(/now\n/, 1000);
  expect(performance.now() - acknowledged).toBeLessThan(1000);
  expect(await consumer.stop(3000)).toBe(0);
  expect([consumer.stdout.text, consumer.stderr.text]).toEqual(["now\n", ""]);
});

test("`kt consume TOPIC | head -1` ends when head has its line, on a quiet topic too", async () => {
  const { stdout } = await run(["bash", "-c", `"$0" consume ${timed} | head -1; echo "\${PIPESTATUS[0]}"`, binary], {
    env: { KT_BROKERS: brokers },
    timeoutMs: 8000,
  });
  expect(stdout).toBe("v0\n0\n");
});

test("a group continues where it stopped, also after Ctrl-C, and repeats nothing", async () => {
  const group = uniqueName("group");
  expect((await ktOk(["consume", timed, "--group", group, "-n", "4"])).stdout).toBe("v0\nv1\nv2\nv3\n");
  await using member = startKt(["consume", timed, "--group", group]);
  await member.stdout.waitFor(/v9\n/);
  expect(member.stdout.lines).toEqual(values(4));
  expect(await member.stop()).toBe(0);
  expect((await ktOk(["consume", timed, "--group", group, "--exit"])).stdout).toBe("");
  await ktOk(["consume", timed, "--group", uniqueName("group"), "--from", "end", "--exit"]);
  expect((await kt(["consume", timed, "--from", "resume"])).code).toBe(2);
});

test("two members of a group share the partitions; when one leaves, the other has them all", async () => {
  const topic = await makeTopic("shared", "--partitions", "4");
  const group = uniqueName("group");
  const send = async (label: string) => {
    for (const partition of ["0", "1", "2", "3"]) await ktOk(["produce", topic, "-p", partition], { stdin: `${label}${partition}\n` });
  };
  await using first = startKt(["consume", topic, "-g", group]);
  await send("a");
  await first.stdout.waitFor((output) => output.lines.length === 4);
  await using second = startKt(["consume", topic, "-g", group]);
  // Kafka moves partitions a heartbeat after the second one came.
  for (let round = 0; round < 10 && second.stdout.lines.length === 0; round++) {
    await send(`try${round}-`);
    await Bun.sleep(1000);
  }
  const before = [first.stdout.lines.length, second.stdout.lines.length] as const;
  await send("b");
  const firstB = () => first.stdout.lines.slice(before[0]).filter((line) => line.startsWith("b"));
  const secondB = () => second.stdout.lines.slice(before[1]).filter((line) => line.startsWith("b"));
  await first.stdout.waitFor(() => firstB().length + secondB().length >= 4);
  expect([firstB().length, secondB().length]).toEqual([2, 2]);
  expect([...firstB(), ...secondB()].sort()).toEqual(["b0", "b1", "b2", "b3"]);

  expect(await first.stop()).toBe(0);
  await Bun.sleep(4000);
  await send("c");
  await second.stdout.waitFor((output) => output.lines.filter((line) => line.startsWith("c")).length === 4);
  expect(await second.stop()).toBe(0);
  expect((await ktOk(["consume", topic, "-g", group, "--exit"])).stdout).toBe("");
  expect(await recordsOf(topic)).toHaveLength(first.stdout.lines.length + second.stdout.lines.length);
});

test("of a fast broker more is asked for at once than of one that is not known yet, unless the user says how much", async () => {
  const topic = await makeTopic("megabytes");
  const lines = `${"x".repeat(30_000)}\n`.repeat(600);
  await ktOk(["produce", topic], { stdin: lines });
  const sizes = async (...more: string[]) => {
    const { code, stdout, stderr } = await kt(["consume", topic, "--exit", "--debug", "-X", "debug=msg", ...more]);
    expect(code).toBe(0);
    expect(stdout === lines).toBe(true);
    return [...stderr.matchAll(/MessageSet size (\d+)/g)].map(([, size]) => Number(size));
  };
  const grown = await sizes();
  expect(grown[0]).toBeLessThanOrEqual(1_048_576);
  expect(Math.max(...grown)).toBeGreaterThan(2_097_152);
  expect(Math.max(...(await sizes("-X", "max.partition.fetch.bytes=1500000")))).toBeLessThanOrEqual(1_500_000);
});
