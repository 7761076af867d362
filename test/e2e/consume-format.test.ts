/** How kt consume prints: byte for byte as kcat does, only what a filter wants, and what a terminal can show. */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { ffmpeg } from "./support/clips.ts";
import { kcat } from "./support/kcat.ts";
import { binary, brokers, kt, ktOk, makeTopic, pythonOk, tempFolder, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";

setDefaultTimeout(120_000);

/** Two partitions with every kind of key, value and header. */
let topic = "";

beforeAll(async () => {
  topic = await makeTopic("format", "--partitions", "2", "--config", "retention.ms=-1");
  await pythonOk(
    `import sys, kafka
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1])
send = lambda partition, key, value, headers=[]: p.send(sys.argv[2], partition=partition, key=key, value=value, headers=headers, timestamp_ms=1700000000123)
send(0, b'a', b'plain', [('h', b'1'), ('h', b'2'), ('empty', b'')])
send(0, b'b', bytes(range(256)))
send(0, None, 'größer "quoted" 🎥'.encode())
send(0, b'\\xff\\x00', b'Error: big' + b'x' * 20000)
send(1, b'tombstone', None)
send(1, b'a', b'last', [('g', b'x')])
p.flush()`,
    [brokers, topic],
  );
}, 30_000);

const layouts: string[][] = [
  [],
  ["-f", "%t [%p] at offset %o: key %k: %s\\n"],
  ["-f", "%T %K %S %h %%\\t\\x41\\0102\\67\\q"],
  ["-f", "%R%s"],
  ["-K", ":"],
  ["-D", "\\x01--"],
  ["-D", "|", "-K", "\\t\\n"],
];

test("what is printed is what kcat prints, byte for byte", async () => {
  const differ = async (layout: string[], partition: string) => {
    const expected = await kcat(["-C", "-t", topic, "-p", partition, "-e", "-o", "beginning", ...layout]);
    const { bytes } = await ktOk(["consume", topic, "-p", partition, "--exit", ...layout]);
    expect(bytes.length).toBeGreaterThan(5);
    return bytes.equals(expected.bytes) ? [] : [{ layout, kt: bytes.toString(), kcat: expected.stdout }];
  };
  expect((await Promise.all(layouts.flatMap((layout) => ["0", "1"].map((partition) => differ(layout, partition))))).flat()).toEqual([]);
});

test("packed numbers are printed as kcat -s does; what is packed otherwise ends it, after the records before", async () => {
  const packed = await makeTopic("packed");
  await pythonOk(
    `import struct, sys, kafka
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1])
for n in (-5, 70000): p.send(sys.argv[2], key=struct.pack('>q', n), value=struct.pack('>ihB', n, -2, 255) + b'text')
p.send(sys.argv[2], key=None, value=b'xyz')
p.flush()`,
    [brokers, packed],
  );
  for (const [letters, template] of [
    ["value=i h Bs", "%s{unpack[i h Bs]}\\n"],
    ["value=Iccs", "%s{unpack[Iccs]}\\n"],
  ] as const) {
    const expected = await kcat(["-C", "-t", packed, "-o", "beginning", "-c", "2", "-s", letters]);
    expect((await ktOk(["consume", packed, "-n", "2", "-f", template])).bytes).toEqual(expected.bytes);
  }
  expect((await ktOk(["consume", packed, "--exit", "-Z", "-f", "%k{unpack[q$]}\\n"])).stdout).toBe("-5\n70000\nNULL\n");
  const { code, stdout, stderr } = await kt(["consume", packed, "--exit", "-f", "%o %s{unpack[i]}\\n"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "0 -5\n1 70000\n" });
  expect(stderr).toBe(`kt: The value ends before the 4 bytes of 'i' (${packed}, partition 0, offset 2).\n`);
});

test("large values among small, empty and null ones go through a pipe byte for byte, whoever reads it", async () => {
  const mixed = await makeTopic("mixed");
  const sizes = [0, 1, 100, 4095, 4096, 4097, 30_000, 900_000];
  const values = Array.from({ length: 400 }, (_, i) => (i % 17 === 0 ? null : randomBytes(sizes[(i * 7) % sizes.length] as number)));
  const lines = values.map((value) => JSON.stringify({ value: value?.toString("base64") ?? null, encoding: { value: "base64" } }));
  await ktOk(["produce", mixed, "--json"], { stdin: `${lines.join("\n")}\n` });
  const expected = Buffer.concat(values.flatMap((value) => [value ?? Buffer.alloc(0), Buffer.from("\n")]));
  for (const args of [[], ["-n", String(values.length)], ["--group", uniqueName("mixed")], ["-f", "%s\\n"]])
    expect((await ktOk(["consume", mixed, "--exit", ...args])).bytes.equals(expected)).toBe(true);
  const few = Buffer.concat(values.slice(0, 9).flatMap((value) => [value ?? Buffer.alloc(0), Buffer.from("\n")]));
  expect((await ktOk(["consume", mixed, "-n", "9"])).bytes.equals(few)).toBe(true);
  // A pipe that is read late, and one that its reader made non-blocking.
  const late = await pythonOk(
    `import fcntl, hashlib, os, subprocess, sys, time
reads, writes = os.pipe()
fcntl.fcntl(writes, fcntl.F_SETFL, os.O_NONBLOCK)
kt = subprocess.Popen([sys.argv[1], 'consume', sys.argv[2], '--exit'], stdout=writes)
os.close(writes)
time.sleep(0.5)
sha = hashlib.sha256()
while part := os.read(reads, 1 << 20): sha.update(part)
print(kt.wait(), sha.hexdigest())`,
    [binary, mixed],
    { env: { KT_BROKERS: brokers } },
  );
  expect(late.trim()).toBe(`0 ${createHash("sha256").update(expected).digest("hex")}`);
});

test("a full disk is said in one sentence", async () => {
  for (const args of [[], ["--json"]]) {
    const { code, stderr } = await run(["bash", "-c", `"$0" consume ${topic} --exit ${args.join(" ")} > /dev/full`, binary], { env: { KT_BROKERS: brokers } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kt: stdout cannot be written: ENOSPC: no space left on device[^\n]*\n$/i);
  }
});

test("a file takes the same bytes as a pipe, and its limit is said in one sentence", async () => {
  await using folder = await tempFolder();
  const large = await makeTopic("large");
  const lines = Array.from({ length: 3000 }, (_, i) => `${i} ${"x".repeat(10_000)}\n`).join("");
  await ktOk(["produce", large], { stdin: lines });
  const out = `${folder.path}/out`;
  const consume = (before: string, args: string) =>
    run(["bash", "-c", `${before} "$0" consume ${large} --exit ${args} > ${out}`, binary], { env: { KT_BROKERS: brokers } });
  // The values alone, from where they were received, and what is rendered.
  for (const args of ["", "-f '%s\\n'"]) {
    await consume("", args);
    expect(await readFile(out, "utf8")).toBe(lines);
    // 20 MB, as a quota would be; the native part of kt takes 9 of them.
    const { code, stderr } = await consume("ulimit -f 20000;", args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kt: stdout cannot be written: EFBIG: file too large[^\n]*\n$/);
  }
});

test("modifiers, JSON in a template, and -Z, which tells null from empty", async () => {
  const printed = async (...args: string[]) => (await ktOk(["consume", topic, "-p", "1", "--exit", ...args])).stdout;
  expect(await printed("-f", "%T{rfc3339} %k{hex} %v{base64} %h{[%k=%v]}\\n")).toBe(
    "2023-11-14T22:13:20.123Z 746f6d6273746f6e65  \n2023-11-14T22:13:20.123Z 61 bGFzdA== [g=x]\n",
  );
  expect(await printed("-f", '{"k":%k{json},"v":%v{json}}\\n')).toBe('{"k":"tombstone","v":null}\n{"k":"a","v":"last"}\n');
  expect(await printed("-Z")).toBe("NULL\nlast\n");
});

test("only what is wanted is printed, and counts", async () => {
  const keys = async (...args: string[]) => (await ktOk(["consume", topic, "--exit", "-f", "%p%k ", ...args])).stdout.split(" ").slice(0, -1).sort();
  expect(await keys("--key", "a")).toEqual(["0a", "1a"]);
  expect(await keys("--header", "h=1")).toEqual(["0a"]);
  expect(await keys("-H", "g")).toEqual(["1a"]);
  expect(await keys("--grep", "(?i)^error: .*x$", "-f", "%S ")).toEqual(["20010"]);
  expect(await keys("--partition", "1", "--key", "a")).toEqual(["1a"]);
  expect(await keys("--key", "a", "-n", "1")).toHaveLength(1);
  expect(await keys("--from", "0=3,1=end", "-f", "%p:%o ")).toEqual(["0:3"]);
  expect(await keys("--until", "0=1,1=0", "-f", "%p:%o ")).toEqual(["0:0"]);
  expect(await keys("--from", "@-1h")).toEqual([]);
});

test("topics are found by a regular expression, Kafka's own left out", async () => {
  const one = await makeTopic("regex-one");
  const two = await makeTopic("regex-two");
  for (const name of [one, two]) await ktOk(["produce", name, name]);
  expect((await ktOk(["consume", `^(${one}|${two})$`, "--exit"])).stdout.split("\n").sort()).toEqual(["", one, two].sort());
  const { code, stderr } = await kt(["consume", "^consumer_offsets", "^no-such", "--exit"]);
  expect([code, stderr]).toEqual([1, "kt: No topic's name matches ^consumer_offsets. kt topic list shows the topics.\n"]);
});

test("a group reads what a regular expression finds, and leaves Kafka's own topics alone", async () => {
  const [one, two] = [await makeTopic("many-1"), await makeTopic("many-2")];
  for (const name of [one, two]) await ktOk(["produce", name, name]);
  const group = uniqueName("regex");
  // The first reads up to ends that are fixed, the second whatever comes.
  const pattern = `^(${one}|${two}|__.+)$`.replace("many-1", "many-\\d");
  expect((await ktOk(["consume", pattern, "--group", group, "--exit"])).stdout.split("\n").sort()).toEqual(["", one, two].sort());
  for (const name of [one, two]) await ktOk(["produce", name, "more"]);
  expect((await ktOk(["consume", pattern, "--group", group, "-n", "2"])).stdout).toBe("more\nmore\n");
  const { stdout } = await ktOk(["group", "describe", group]);
  expect(stdout).toContain(two);
  expect(stdout).not.toContain("__");
  // Who names them so means them.
  for (const own of ["__consumer_offsets", "^__consumer_offsets$"])
    expect((await ktOk(["consume", own, "--group", uniqueName("own"), "--exit", "-n", "1", "-f", "%t"])).stdout).toBe("__consumer_offsets");
});

test("a flag wins over the properties file, also where the file has the other name of the property", async () => {
  await using folder = await tempFolder();
  const file = `${folder.path}/kt.conf`;
  await writeFile(file, "isolation.level=read_uncommitted\nrequest.required.acks=1\n");
  const name = await makeTopic("aborted");
  await ktOk(["produce", name, "committed", "--acks", "all", "--transaction", "--config", file]);
  await kt(["produce", name, "--transaction", "--json"], { stdin: `${'{"value":"aborted"}\n'.repeat(100_000)}bad\n` });
  const read = async (...options: string[]) => (await ktOk(["consume", name, "--exit", "--config", file, ...options])).stdout;
  expect(await read()).toStartWith("committed\naborted\naborted\n");
  expect(await read("--isolation", "committed")).toBe("committed\n");
});

test("a terminal is shown what a picture is, a pipe gets its bytes", async () => {
  await using folder = await tempFolder();
  const pictures = await makeTopic("pictures");
  await ffmpeg(["-f", "lavfi", "-i", "testsrc2=size=320x240", "-frames:v", "1", `${folder.path}/a.png`]);
  await ktOk(["emit-video", `${folder.path}/a.png`, "--topic", pictures, "--codec", "mjpeg", "--fast"]);
  await ktOk(["emit-video", `${folder.path}/a.png`, "--topic", pictures, "--codec", "h264", "--fast"]);
  await pythonOk(
    "import sys, kafka\np = kafka.KafkaProducer(bootstrap_servers=sys.argv[1])\nfor v in (b'\\xff\\x00', None, b'\\x1b]0;title\\x07'): p.send(sys.argv[2], key=b'k', value=v, headers=[('h\\x07', b'\\x1b')])\np.flush()",
    [brokers, pictures],
  );
  const terminal = async (...args: string[]) =>
    (await run(["script", "-qec", [binary, "consume", pictures, "--exit", ...args].join(" "), "/dev/null"], { env: { KT_BROKERS: brokers } })).stdout;
  const shown = (await terminal()).replaceAll("\r", "");
  expect(shown).toMatch(/^<JPEG 320x240 [\d.]+ kB>\n\n<H\.264 key frame 320x240 [\d.]+ kB>\n\n<2 B>\n<null>\n\\x1b\]0;title\\x07\n$/);
  expect(await terminal("-f", "%s-%S,")).toMatch(/^<JPEG 320x240 [\d.]+ kB>-\d{4,},-0,<H\.264/);
  expect(await terminal("-f", "%h", "-o", "-1")).toBe("h\\x07=\\x1b");
  const { bytes } = await ktOk(["consume", pictures, "--exit", "-n", "1"]);
  expect([...bytes.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
});

test.each([
  [["-f", "%q"], /^kt: -f has no token %q\./],
  [["-f", "%s", "--json"], /--format and --json do not go together/],
  [["--grep", "("], /--grep: '\(' is no regular expression/],
  [["--group", "g", "--partition", "0"], /--partition and --group do not go together/],
  [["--from", "0=x"], /'x' is not a position/],
])("%j is refused as usage", async (options, sentence) => {
  const { code, stdout, stderr } = await kt(["consume", topic, "--exit", ...options]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(sentence);
});
