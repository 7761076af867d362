/** kt serve, beside topics whose records are far larger than they look, or broken. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFile } from "node:fs/promises";
import type { RecordEnvelope } from "../../src/format/json.ts";
import type { TopicSummary } from "../../src/protocol/server-message.ts";
import { OwnBroker } from "./support/broker.ts";
import { visit } from "./support/browser.ts";
import { kcat } from "./support/kcat.ts";
import { brokers, eventually, kt, ktOk, makeTopic, type Served, serve, tempFolder } from "./support/kt.ts";

setDefaultTimeout(180_000);

const megabyte = 1_000_000;
/** Of the server's memory; it takes some 70 MB by itself, and 32 MB of a record may be there three times for a moment. */
const mostResidentBytes = 400 * megabyte;

/** One record of zeros, as a file that kcat sends. */
async function sendZeros(topic: string, bytes: number, codec: string, ofBrokers = brokers, partition = 0): Promise<void> {
  await using folder = await tempFolder();
  const file = `${folder.path}/zeros`;
  await Bun.write(file, new Uint8Array(bytes));
  await kcat(["-b", ofBrokers, "-P", "-t", topic, "-p", String(partition), "-z", codec, "-X", "message.max.bytes=1000000000", file], { timeoutMs: 120_000 });
}

async function summaryOf({ url }: Served, topic: string): Promise<TopicSummary> {
  return (await fetch(`${url}/topics/${topic}`)).json() as Promise<TopicSummary>;
}

async function troubleOf(served: Served, topic: string): Promise<string> {
  return eventually(async () => (await summaryOf(served, topic)).trouble, `the trouble of ${topic}`, 60_000);
}

async function ask(url: string): Promise<[status: number, text: string]> {
  const response = await fetch(url);
  return [response.status, await response.text()];
}

async function peakBytes({ process: { pid } }: Served): Promise<number> {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}

test("records of 100 MB, packed small or not, are not taken, and every path says so", async () => {
  const plain = await makeTopic("plain", "-c", "max.message.bytes=100000000");
  const packed = await Promise.all(["gzip", "zstd", "lz4"].map(async (codec) => ({ codec, topic: await makeTopic(codec) })));
  await sendZeros(plain, 80 * megabyte, "none");
  for (const { codec, topic } of packed) await sendZeros(topic, 100 * megabyte, codec);
  const other = await makeTopic("other");
  await ktOk(["produce", other, '{"n": 1}']);

  await using served = await serve();
  for (const topic of [plain, ...packed.map((one) => one.topic)]) {
    const sentence = await troubleOf(served, topic);
    expect(sentence).toMatch(new RegExp(`^The record at offset 0 of partition 0 of '${topic}' takes (80|100|more than 32) MB, and no more than 32 MB is read`));
    expect(sentence).toContain(`kt consume ${topic} --partition 0 --from 0 -n 1`);
    for (const path of ["records?limit=1", "records?from=start", "records/0/0", "frame", "frame?at=0"])
      expect([path, ...(await ask(`${served.url}/topics/${topic}/${path}`))]).toEqual([path, 413, `${sentence}\n`]);
  }
  expect((await ask(`${served.url}/healthz`))[0]).toBe(200);
  await eventually(async () => (await summaryOf(served, other)).kind === "json", "the other topic", 60_000);
  expect(await (await fetch(`${served.url}/topics/${other}/records`)).json()).toMatchObject([{ value: '{"n": 1}' }]);
  expect(await peakBytes(served)).toBeLessThan(mostResidentBytes);

  await using visited = await visit(served.url);
  const panel = visited.page.getByRole("group", { name: `Records of ${plain}` });
  await panel.getByText("takes 80 MB, and no more than 32 MB is read here at once").waitFor();
});

test("a record of 100 MB among others hides none of them, and an answer that comes to it does not look whole", async () => {
  const topic = await makeTopic("among");
  const lines = (count: number) => Array.from({ length: count }, (_, i) => `${i} ${"x".repeat(1000)}`).join("\n");
  await ktOk(["produce", topic], { stdin: lines(200) });
  await sendZeros(topic, 100 * megabyte, "gzip");
  await ktOk(["produce", topic], { stdin: lines(20) });
  await using served = await serve();
  await troubleOf(served, topic);
  expect((await summaryOf(served, topic)).kind).toBe("text");
  const url = `${served.url}/topics/${topic}/records`;
  const offsets = async (query: string) => ((await (await fetch(url + query)).json()) as RecordEnvelope[]).map(({ offset }) => offset);
  expect(await offsets("")).toEqual(Array.from({ length: 20 }, (_, i) => 201 + i));
  expect(await offsets("?from=201&limit=2")).toEqual([201, 202]);
  expect(await offsets("?from=198&limit=2")).toEqual([198, 199]);
  expect((await ask(`${url}?from=199`))[0]).toBe(413);
  const whole = fetch(`${url}?from=start&limit=1000`).then((response) => response.json());
  expect(whole).rejects.toThrow();
  await whole.catch(() => {});
});

test("as much in many partitions at once is unpacked one after the other", async () => {
  const topic = await makeTopic("many", "--partitions", "12");
  for (let partition = 0; partition < 12; partition++) await sendZeros(topic, 25 * megabyte, "gzip", brokers, partition);
  const other = await makeTopic("beside");
  await ktOk(["produce", other, "text"]);
  await using served = await serve();
  await eventually(async () => (await summaryOf(served, topic)).kind === "text", "what is in them", 90_000);
  expect((await ask(`${served.url}/topics/${other}/records`))[0]).toBe(200);
  expect(await peakBytes(served)).toBeLessThan(mostResidentBytes);
});

test("half a million short records in one batch are as large", async () => {
  const topic = await makeTopic("short");
  const one = ["batch.num.messages=1000000", "linger.ms=4000", "queue.buffering.max.messages=1000000", "batch.size=100000000", "message.max.bytes=100000000"];
  await ktOk(["produce", topic, ...["compression.type=gzip", ...one].flatMap((property) => ["-X", property])], {
    stdin: "x\n".repeat(500_000),
    timeoutMs: 60_000,
  });
  await using served = await serve();
  const [status, sentence] = await ask(`${served.url}/topics/${topic}/records/0/0`);
  expect(status).toBe(413);
  expect(sentence).toContain("The records at offsets 0 to ");
  // The last few of them take no more than they are.
  expect(await (await fetch(`${served.url}/topics/${topic}/records/0/499999`)).text()).toBe("x");
});

test("a batch that is broken on the broker's disk is passed by, and told once", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await ktOk(["topic", "create", "broken"], { env });
  const value = JSON.stringify({ text: "some text that shrinks ".repeat(50) });
  await ktOk(["produce", "broken", "before"], { env });
  await ktOk(["produce", "broken", value, "-X", "compression.type=gzip"], { env });
  await ktOk(["produce", "broken", "after"], { env });
  await broker.damage("broken", Buffer.from([0x1f, 0x8b, 0x08]), Buffer.from("kt!"));

  await using served = await serve(broker.address);
  const sentence = "The record at offset 1 of partition 0 of 'broken' is broken and cannot be unpacked. Reading can go on after that, at offset 2.";
  expect(await troubleOf(served, "broken")).toBe(sentence);
  expect(await ask(`${served.url}/topics/broken/records/0/1`)).toEqual([500, `${sentence}\n`]);
  expect(await ask(`${served.url}/topics/broken/records/0/2`)).toEqual([200, "after"]);
  const { code, stdout, stderr } = await kt(["consume", "broken", "--exit"], { env });
  expect(stdout).toStartWith("before\n");
  expect([code, stderr]).toEqual([1, `kt: ${sentence}\n`]);
});
