/** What kt produce takes, and what it does with what it cannot take. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { kcat } from "./support/kcat.ts";
import { binary, brokers, eventually, kt, ktOk, makeTopic, pythonOk, recordsOf, startKt, tempFolder } from "./support/kt.ts";
import { Running, run } from "./support/process.ts";

setDefaultTimeout(120_000);

const pairs = async (topic: string) => (await recordsOf(topic)).map(({ key, value }) => [key, value]);

test("what kcat makes of the same input, kt makes of it", async () => {
  const same = async (input: string, ...options: string[]) => {
    const [byKt, byKcat] = [await makeTopic("by-kt"), await makeTopic("by-kcat")];
    await Promise.all([ktOk(["produce", byKt, ...options], { stdin: input }), kcat(["-P", "-t", byKcat, ...options], { stdin: input })]);
    const [own, expected] = await Promise.all([byKt, byKcat].map((topic) => ktOk(["consume", topic, "--exit", "-f", "%k|%K|%s|%S|%h\\n"])));
    expect({ options, printed: own?.stdout }).toEqual({ options, printed: expected?.stdout });
    expect(own?.stdout).toContain("v");
  };
  await Promise.all([
    same("v1\nv2\nlast"),
    same("k1:v1\nk2:\n:v3\nk4:v:4\n", "-K", ":"),
    same("k1:v1\nk2:\n:v3\n", "-K", ":", "-Z"),
    same("v1|v2\n|v3", "-D", "|"),
    same("a=>v1;;b=>v2;;", "-D", ";;", "-K", "=>"),
    same("v1\nv2\n", "-k", "fixed", "-H", "a=1", "-H", "a=2", "-z", "gzip"),
  ]);
});

test("a topic copied by --json is equal record by record: bytes, nulls, headers, times, partitions", async () => {
  const [from, to] = [
    await makeTopic("copied", "--partitions", "3", "--config", "retention.ms=-1"),
    await makeTopic("copy", "--partitions", "3", "--config", "retention.ms=-1"),
  ];
  await pythonOk(
    `import sys, kafka
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1])
for i in range(300):
  value = [b'text \\xc3\\xa9 "%d"\\n' % i, bytes(range(256)), None, b'', b'x' * 50000][i % 5]
  p.send(sys.argv[2], partition=i % 3, key=b'k%d' % i if i % 2 else None if value is not None else b'', value=value, headers=[('h', b'1'), ('h', b'\\xff'), ('', b'')][:i % 4], timestamp_ms=1500000000000 + i)
p.flush()`,
    [brokers, from],
  );
  // The time of a device without a clock.
  await ktOk(["produce", from, "--json"], {
    stdin: '{"value":"1970","timestamp":0,"partition":0}\n{"value":"1970","timestamp":0,"partition":0,"headers":[{"name":"h","value":""}]}\n',
  });
  const { code, stderr } = await run(["bash", "-c", `"$0" consume ${from} --json --exit | "$0" produce ${to} --json`, binary], {
    env: { KT_BROKERS: brokers },
  });
  expect([code, stderr]).toEqual([0, `${to}: 302 delivered\n`]);
  const ordered = async (topic: string) =>
    (await recordsOf(topic)).map((record) => ({ ...record, topic: "" })).sort((a, b) => a.partition - b.partition || a.offset - b.offset);
  expect(await ordered(to)).toEqual(await ordered(from));
  expect((await ktOk(["consume", to, "-p", "0", "-o", "-1", "--exit", "-f", "%T{rfc3339}"])).stdout).toBe("1970-01-01T00:00:00.000Z");
});

test("a line that is no record ends it with its number and why; --skip-bad leaves it out and counts it", async () => {
  const topic = await makeTopic("bad");
  const stdin = '{"value":"one"}\n{"value":"two"}\n{"vlaue":"three"}\n{"value":"four"}\n';
  const { code, stdout, stderr } = await kt(["produce", topic, "--json"], { stdin });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toBe(
    'kt: Line 3 of stdin has a field "vlaue" that an envelope does not have. 2 records before it were delivered. --skip-bad leaves such lines out.\n',
  );
  expect((await ktOk(["produce", topic, "--json", "--skip-bad"], { stdin })).stderr).toBe(`${topic}: 3 delivered, 1 left out\n`);
  expect((await pairs(topic)).map(([, value]) => value)).toEqual(["one", "two", "one", "two", "four"]);
});

test("Ctrl-C ends a long file in which no line is a record, at once", async () => {
  await using folder = await tempFolder();
  const lines = 4_000_000;
  await writeFile(`${folder.path}/bad`, "no record\n".repeat(lines));
  const topic = await makeTopic("nothing-good");
  await using producer = startKt(["produce", topic, "--json", "--skip-bad", "-l", `${folder.path}/bad`]);
  await Bun.sleep(1000);
  expect(await producer.stop(5000)).toBe(0);
  const [, leftOut] = /0 delivered, (\d+) left out\n$/.exec(producer.stderr.text) ?? [];
  expect(Number(leftOut)).toBeGreaterThan(0);
  expect(Number(leftOut)).toBeLessThan(lines);
});

test("a transaction is all or nothing: a bad line, or Ctrl-C, and nobody sees a record", async () => {
  const topic = await makeTopic("transaction");
  const bad = await kt(["produce", topic, "--transaction", "-K", ":"], { stdin: `${"k:v\n".repeat(5000)}bad\n` });
  expect([bad.code, bad.stderr]).toEqual([
    1,
    'kt: Line 5001 of stdin has no key delimiter ":". Nothing was sent: the transaction was aborted. --skip-bad leaves such lines out.\n',
  ]);
  await using producer = startKt(["produce", topic, "--transaction"], { stdin: "pipe" });
  producer.write("interrupted\n".repeat(5000));
  const sent = () => ktOk(["consume", topic, "--exit", "--isolation", "uncommitted"]);
  await eventually(async () => (await sent()).stdout.includes("interrupted"), "the unfinished transaction");
  expect((await ktOk(["consume", topic, "--exit"])).stdout).toBe("");
  expect(await producer.stop()).toBe(1);
  expect(producer.stderr.text).toContain("Nothing was sent");
  expect((await ktOk(["produce", topic, "--transaction"], { stdin: "a\nb\n" })).stderr).toBe(`${topic}: 2 delivered\n`);
  expect((await ktOk(["consume", topic, "--exit"])).stdout).toBe("a\nb\n");
});

test("files are records, or are read by lines; a name that is wrong sends nothing", async () => {
  await using folder = await tempFolder();
  const [one, two] = [`${folder.path}/one`, `${folder.path}/two`];
  await writeFile(one, "a\nb\n");
  await writeFile(two, "c");
  const topic = await makeTopic("files");
  await ktOk(["produce", topic, "--files", one, two, "-k", "file"]);
  await ktOk(["produce", topic, "-l", one, two]);
  const { code, stderr } = await kt(["produce", topic, "--files", one, `${folder.path}/no`]);
  expect([code, stderr]).toEqual([1, `kt: There is no file '${folder.path}/no'. Nothing was sent.\n`]);
  expect(await pairs(topic)).toEqual([
    ["file", "a\nb\n"],
    ["file", "c"],
    [null, "a"],
    [null, "b"],
    [null, "c"],
  ]);
});

test("several values, a count, a rate, a tombstone, and a copy on stdout", async () => {
  const topic = await makeTopic("values");
  await ktOk(["produce", topic, "a", "b", "-n", "5"]);
  await ktOk(["produce", topic, "", "-k", "gone", "-Z"]);
  const { ms } = await ktOk(["produce", topic, "slow", "-n", "4", "--rate", "4"]);
  expect(ms).toBeGreaterThan(700);
  expect((await ktOk(["produce", topic, "-n", "2", "-T"], { stdin: "x\ny\nz\n" })).stdout).toBe("x\ny\nz\n");
  expect((await pairs(topic)).map(([key, value]) => `${key ?? ""}=${value}`)).toEqual([
    ...["=a", "=b", "=a", "=b", "=a"],
    "gone=null",
    ...Array.from({ length: 4 }, () => "=slow"),
    ...["=x", "=y"],
  ]);
});

test("the records go on when whoever reads the copy has gone", async () => {
  const topic = await makeTopic("tee");
  const { code, stdout } = await run(["bash", "-c", `set -o pipefail; seq 100000 | ${binary} produce ${topic} -T | head -1`], { env: { KT_BROKERS: brokers } });
  expect([code, stdout]).toEqual([0, "1\n"]);
  expect((await ktOk(["consume", topic, "--exit", "-f", "."])).stdout).toHaveLength(100_000);
});

test.each([[["--json"]], [["-Z"]], [[]]])("Ctrl-C while the queue is full (%j): what was read is delivered", async (options: string[]) => {
  const topic = await makeTopic("full");
  const command = `exec ${binary} produce ${topic} ${options.join(" ")} -X queue.buffering.max.messages=1000`;
  await using producing = new Running(["bash", "-c", `${command} < <(yes '{"value":"x"}')`], { env: { KT_BROKERS: brokers } });
  await eventually(async () => (await ktOk(["topic", "describe", topic, "--json"])).stdout.match(/"high":[1-9]/), "something is delivered");
  expect([await producing.stop(), producing.stderr.text]).toEqual([0, expect.stringContaining("delivered")]);
  const delivered = (await producing.stderr.waitFor(/: (\d+) delivered/))?.[1];
  expect((await ktOk(["consume", topic, "--exit", "-f", "."])).stdout).toHaveLength(Number(delivered));
});

test("a line longer than any record ends it before it fills the memory", async () => {
  const topic = await makeTopic("endless");
  const { code, stderr } = await run(["bash", "-c", `set -o pipefail; head -c 100000000 /dev/zero | ${binary} produce ${topic}`], {
    env: { KT_BROKERS: brokers },
  });
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/^kt: stdin has no "\\n" for longer than a record of .+ may be\..+--delimiter/m);
});

test("a topic that takes very little can be written to", async () => {
  const topic = await makeTopic("tiny", "-c", "max.message.bytes=100");
  await ktOk(["produce", topic], { stdin: "1\n2\n" });
  expect(await recordsOf(topic)).toHaveLength(2);
});

test.each([
  [["v", "--json"], "--json is about lines of input"],
  [["--json", "-k", "x"], "--json and --key do not go together"],
  [["--files"], "--files needs the names of files"],
  [["v", "--acks", "2"], "--acks takes all, 1 or 0, not '2'."],
])("%j is refused as usage", async (options, sentence) => {
  const { code, stderr } = await kt(["produce", "t", ...options]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
});

test("a record of 70 MB is sent, as the topic takes it", async () => {
  await using folder = await tempFolder();
  const topic = await makeTopic("large", "--config", "max.message.bytes=104857000");
  await Bun.write(`${folder.path}/large`, Buffer.alloc(70_000_000, "large "));
  await ktOk(["produce", topic, "--files", `${folder.path}/large`], { timeoutMs: 60_000 });
  const { stdout } = await ktOk(["consume", topic, "--exit", "-f", "%S\n"], { timeoutMs: 60_000 });
  expect(stdout).toBe("70000000\n");
});
