/** Records in by kt produce and out by kt consume, exactly as they were given. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { binary, brokers, kt, ktOk, makeTopic, pythonOk, recordsOf, startKt, tempFolder } from "./support/kt.ts";
import { Running, run } from "./support/process.ts";

setDefaultTimeout(120_000);

test("produce says where the record went, consume prints it", async () => {
  const topic = await makeTopic("sample");
  const first = await kt(["produce", topic, "hi"]);
  expect({ ...first, ms: 0, bytes: 0 }).toEqual({ code: 0, stdout: "", stderr: `${topic}: partition 0, offset 0\n`, ms: 0, bytes: 0 });
  const second = await kt(["produce", topic, "there"]);
  expect(second.stderr).toBe(`${topic}: partition 0, offset 1\n`);

  await using consumer = startKt(["consume", topic]);
  await consumer.stdout.waitFor(/there\n/);
  expect(consumer.stdout.text).toBe("hi\nthere\n");
  expect(consumer.stderr.text).toBe("");
});

test("a record takes a connection to find its broker and one to it, and asks about no topic but its own", async () => {
  const topic = await makeTopic("direct");
  // A broker that was just started tells of a new topic a little later, until when a producer asks again.
  await ktOk(["produce", topic, "first"]);
  for (const command of [
    ["produce", topic, "hi"],
    ["consume", topic, "-n", "1", "--from", "start"],
  ]) {
    const { code, stderr } = await kt([...command, "--debug", "-X", "debug=broker,metadata"]);
    expect(code).toBe(0);
    // The group's coordinator, which every consumer looks for, has a connection of its own.
    const connected = stderr.split("\n").filter((line) => / Connected \(#\d+\)/.test(line) && !line.includes("GroupCoordinator"));
    expect(connected).toHaveLength(2);
    expect(stderr).toContain("Request metadata for 1 topic(s)");
    expect(stderr).not.toContain("Request metadata for all topics");
  }
});

test("keys, headers and partitions are kept as they were typed", async () => {
  const topic = await makeTopic("exact", "--partitions", "3");
  await ktOk(["produce", topic, "10", "-k", "007", "-H", "n=1", "-H", "n=2", "-H", "empty=", "-H", "eq=a=b", "--partition", "2"]);
  await ktOk(["produce", topic, "--partition=1", "--key=-5", "--", "-n"]);
  const [dashed, kept] = (await recordsOf(topic)).sort((a, b) => a.partition - b.partition);
  expect([kept?.partition, kept?.key, kept?.value]).toEqual([2, "007", "10"]);
  expect(kept?.headers.map(({ name, value }) => [name, value])).toEqual([
    ["n", "1"],
    ["n", "2"],
    ["empty", ""],
    ["eq", "a=b"],
  ]);
  expect([dashed?.partition, dashed?.key, dashed?.value, dashed?.headers]).toEqual([1, "-5", "-n", []]);
});

test("headers given as -H and as --header are all sent, in order", async () => {
  const topic = await makeTopic("headers");
  await ktOk(["produce", topic, "v", "-H", "a=1", "--header", "b=2", "-H", "c=3"]);
  expect((await recordsOf(topic))[0]?.headers.map(({ name, value }) => `${name}=${value}`)).toEqual(["a=1", "b=2", "c=3"]);
});

test("an empty key is not the same as none, and an empty value is a value", async () => {
  const topic = await makeTopic("empty");
  await ktOk(["produce", topic, "", "-k", ""]);
  await ktOk(["produce", topic, "v"]);
  expect((await recordsOf(topic)).map(({ key, value }) => [key, value])).toEqual([
    ["", ""],
    [null, "v"],
  ]);
});

test("a key goes to the partition where a Java or Python producer puts it", async () => {
  const topic = await makeTopic("keyed", "--partitions", "7");
  const keys = Array.from({ length: 20 }, (_, i) => `key-${i}`);
  await pythonOk(
    `import sys, kafka
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1])
for key in sys.argv[3:]: p.send(sys.argv[2], key=key.encode(), value=b'python')
p.flush()`,
    [brokers, topic, ...keys],
  );
  for (const key of keys.slice(0, 8)) await ktOk(["produce", topic, "kt", "-k", key]);
  const records = await recordsOf(topic);
  const placeOf = (key: string, value: string) => records.find((record) => record.key === key && record.value === value)?.partition;
  const byKt = keys.slice(0, 8).map((key) => placeOf(key, "kt"));
  expect(byKt).toEqual(keys.slice(0, 8).map((key) => placeOf(key, "python")));
  expect(new Set(byKt).size).toBeGreaterThan(1);
});

test("each line of stdin is a record: empty ones too, and a last one without a newline", async () => {
  const topic = await makeTopic("lines");
  const { stderr } = await ktOk(["produce", topic], { stdin: "one\n\n  three \r\n\tümläut 🎥\nlast" });
  expect(stderr).toBe(`${topic}: 5 delivered\n`);
  const values = ["one", "", "  three \r", "\tümläut 🎥", "last"];
  expect((await recordsOf(topic)).map(({ value }) => value)).toEqual(values);

  await ktOk(["produce", topic, "-k", "same"], { stdin: "x\n\ny" });
  expect((await recordsOf(topic, "--from", "5")).map(({ key, value }) => [key, value])).toEqual([
    ["same", "x"],
    ["same", ""],
    ["same", "y"],
  ]);
  expect((await ktOk(["produce", topic], { stdin: "" })).stderr).toBe(`${topic}: 0 delivered\n`);
});

test("lines are sent as they come, not when stdin ends", async () => {
  const topic = await makeTopic("trickle");
  await using consumer = startKt(["consume", topic]);
  await using producer = startKt(["produce", topic], { stdin: "pipe" });
  producer.write("early\n");
  await consumer.stdout.waitFor(/early\n/, 5000);
  producer.write("later\n");
  await consumer.stdout.waitFor(/later\n/, 1000);
  expect(await producer.stop()).toBe(0);
  await producer.stderr.waitFor(new RegExp(`${topic}: 2 delivered`));
});

test("at a terminal, produce says how to end and takes typed lines until Ctrl-D", async () => {
  const topic = await makeTopic("terminal");
  // script(1) gives the command a terminal of its own.
  await using terminal = new Running(["script", "-qec", `${binary} produce ${topic}`, "/dev/null"], { env: { KT_BROKERS: brokers }, stdin: "pipe" });
  await terminal.stdout.waitFor(/Ctrl-D/);
  terminal.write("typed\r");
  terminal.write("\x04");
  expect(await terminal.ended()).toBe(0);
  expect(terminal.stdout.text).toContain("1 delivered");
  expect((await recordsOf(topic)).map(({ value }) => value)).toEqual(["typed"]);
});

test("--json loses nothing: bytes as base64, null apart from empty, the producer's time", async () => {
  const topic = await makeTopic("bytes");
  await pythonOk(
    `import sys, kafka
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1])
p.send(sys.argv[2], key=b'\\xff\\x00', value=bytes(range(256)), headers=[('text', b'a'), ('bytes', b'\\xfe\\x00'), ('empty', b''), ('text', b'b')], timestamp_ms=1700000000123)
p.send(sys.argv[2], key=b'tombstone', value=None)
p.send(sys.argv[2], key=b'', value=b'')
p.send(sys.argv[2], value='{"x": "ü\\n"}'.encode())
p.flush()`,
    [brokers, topic],
  );
  const [bytes, tombstone, empty, text] = await recordsOf(topic);
  expect(bytes).toEqual({
    topic,
    partition: 0,
    offset: 0,
    timestamp: 1700000000123,
    key: Buffer.from([0xff, 0]).toString("base64"),
    value: Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString("base64"),
    headers: [
      { name: "text", value: "a", encoding: "utf8" },
      { name: "bytes", value: Buffer.from([0xfe, 0]).toString("base64"), encoding: "base64" },
      { name: "empty", value: "", encoding: "utf8" },
      { name: "text", value: "b", encoding: "utf8" },
    ],
    encoding: { key: "base64", value: "base64" },
  });
  expect([tombstone?.key, tombstone?.value]).toEqual(["tombstone", null]);
  expect([empty?.key, empty?.value]).toEqual(["", ""]);
  expect([text?.key, text?.value, text?.encoding.value]).toEqual([null, '{"x": "ü\n"}', "utf8"]);
});

test("200,000 lines come out as they went in, byte for byte", async () => {
  const topic = await makeTopic("bulk");
  const lines = Buffer.from(Array.from({ length: 200_000 }, (_, i) => `${i} ${"é".repeat(i % 60)}${i % 97 === 0 ? "" : "\t|"}\n`).join(""));
  const produced = await ktOk(["produce", topic], { stdin: lines });
  expect(produced.stderr).toBe(`${topic}: 200000 delivered\n`);
  const { bytes } = await ktOk(["consume", topic, "--exit"]);
  expect(bytes.equals(lines)).toBe(true);

  // A reader that stops early, and a reader that is slow.
  const head = await run(["bash", "-c", `"$0" consume ${topic} | head -1; echo "\${PIPESTATUS[0]}"`, binary], { env: { KT_BROKERS: brokers } });
  expect([head.stdout, head.stderr]).toEqual(["0 \n0\n", ""]);
  const slow = await run(["bash", "-c", `"$0" consume ${topic} --exit | (sleep 2; md5sum)`, binary], { env: { KT_BROKERS: brokers } });
  expect(slow.stdout.slice(0, 32)).toBe(new Bun.CryptoHasher("md5").update(lines).digest("hex"));
});

test("a file as stdin, and one long line, arrive whole", async () => {
  const topic = await makeTopic("long", "--config", "max.message.bytes=8000000");
  await using folder = await tempFolder();
  const long = "x".repeat(3_500_000);
  await writeFile(`${folder.path}/in`, `short\n${long}\nend`);
  await run(["bash", "-c", `"$0" produce ${topic} < ${folder.path}/in`, binary], { env: { KT_BROKERS: brokers } });
  expect((await recordsOf(topic)).map(({ value }) => value?.length)).toEqual([5, 3_500_000, 3]);
});

test("lines that each fit arrive, however little the topic takes at once", async () => {
  const topic = await makeTopic("narrow", "--config", "max.message.bytes=1000");
  const { stderr } = await kt(["produce", topic], { stdin: `${"x".repeat(100)}\n`.repeat(500) });
  expect(stderr).toBe(`${topic}: 500 delivered\n`);
});

test("a record that the topic does not take is said to be lost, with the setting to change", async () => {
  const topic = await makeTopic("small", "--config", "max.message.bytes=1000");
  const { code, stderr } = await kt(["produce", topic], { stdin: `fits\n${"x".repeat(5000)}\n` });
  expect(code).toBe(1);
  expect(stderr).toContain("max.message.bytes is 1000");
  expect(stderr).toMatch(/^kt: 1 of 2 records were not delivered/);
});
