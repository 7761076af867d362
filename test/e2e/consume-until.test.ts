/** kt consume --until and --key: where it ends, and what it leaves out. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { brokers, jsonLines, ktOk, makeTopic, pythonOk, startKt, uniqueName } from "./support/kt.ts";

setDefaultTimeout(120_000);

const firstTimeMs = 1_700_000_000_000;

/** v0 to v9 in one partition, a second apart, by turns of key a and b. */
async function tenRecords(): Promise<string> {
  const topic = await makeTopic("ten", "--config", "retention.ms=-1");
  await pythonOk(
    `import sys, kafka
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1])
for i in range(10): p.send(sys.argv[2], key=b'ab'[i % 2:i % 2 + 1], value=b'v%d' % i, timestamp_ms=${firstTimeMs} + 1000 * i)
p.flush()`,
    [brokers, topic],
  );
  return topic;
}

test("--until stops in front of a place, --key takes one key's records, and a group goes on behind both", async () => {
  const topic = await tenRecords();
  const consumed = async (...args: string[]) => (await ktOk(["consume", topic, ...args])).stdout.split("\n").slice(0, -1).join(" ");
  expect(await consumed("--until", "3")).toBe("v0 v1 v2");
  expect(await consumed("--until", "-8")).toBe("v0 v1");
  expect(await consumed("--until", "end")).toBe("v0 v1 v2 v3 v4 v5 v6 v7 v8 v9");
  expect(await consumed("--until", "start")).toBe("");
  expect(await consumed("--from", "4", "--until", `@${firstTimeMs + 5500}`)).toBe("v4 v5");
  expect(await consumed("--from", "-1", "--until", "4")).toBe("");
  expect(await consumed("--until", "99", "--exit", "--from", "8")).toBe("v8 v9");
  expect(await consumed("--key", "a", "--exit")).toBe("v0 v2 v4 v6 v8");
  expect(await consumed("--key", "b", "-n", "2")).toBe("v1 v3");
  expect(await consumed("--key", "ab", "--exit")).toBe("");
  const group = uniqueName("group");
  expect(await consumed("--group", group, "--key", "a", "-n", "2")).toBe("v0 v2");
  expect(await consumed("--group", group, "--until", "5")).toBe("v3 v4");
  expect(await consumed("--group", group, "--key", "a", "--exit")).toBe("v6 v8");
  expect(await consumed("--group", group, "--exit")).toBe("");
});

test("--until an offset that is still to come waits for it", async () => {
  const topic = await tenRecords();
  await using consumer = startKt(["consume", topic, "--from", "8", "--until", "12"]);
  await consumer.stdout.waitFor(/v9\n/);
  await ktOk(["produce", topic], { stdin: "new10\n" });
  await consumer.stdout.waitFor(/new10\n/);
  await Bun.sleep(300);
  expect(consumer.running).toBe(true);
  await ktOk(["produce", topic], { stdin: "new11\nnew12\n" });
  expect(await consumer.ended()).toBe(0);
  expect(consumer.stdout.text).toBe("v8\nv9\nnew10\nnew11\n");
});

test("--until a time that is still to come: the clock ends a quiet topic, a record a busy one", async () => {
  const topic = await tenRecords();
  const untilMs = Date.now() + 3000;
  await using quiet = startKt(["consume", topic, "--from", "end", "--until", `@${untilMs}`]);
  await using busy = startKt(["consume", topic, "--from", "end", "--until", `@${untilMs + 600_000}`]);
  await Bun.sleep(1000);
  await ktOk(["produce", topic, "before"]);
  await quiet.stdout.waitFor(/before\n/);
  await busy.stdout.waitFor(/before\n/);
  expect(quiet.running).toBe(true);
  expect(await quiet.ended()).toBe(0);
  expect(Date.now()).toBeGreaterThanOrEqual(untilMs);
  expect(Date.now()).toBeLessThan(untilMs + 3000);
  expect(quiet.stdout.text).toBe("before\n");
  expect(busy.running).toBe(true);
  await pythonOk(
    `import sys, kafka
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1])
p.send(sys.argv[2], value=b'from the future', timestamp_ms=${untilMs + 600_000})
p.flush()`,
    [brokers, topic],
  );
  expect(await busy.ended()).toBe(0);
  expect(busy.stdout.text).toBe("before\n");
});

test("--until ends on a topic that keeps growing", async () => {
  const topic = await makeTopic("growing");
  await ktOk(["produce", topic], { stdin: "old\n".repeat(500) });
  await using producer = startKt(["produce", topic], { stdin: "pipe" });
  const timer = setInterval(() => producer.write("new\n".repeat(20)), 2);
  try {
    const { stdout } = await ktOk(["consume", topic, "--until", "end", "--json"], { timeoutMs: 10_000 });
    expect(jsonLines(stdout).length).toBeGreaterThanOrEqual(500);
  } finally {
    clearInterval(timer);
  }
});
