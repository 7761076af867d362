/** kt serve --allow-produce: records by POST, pictures by PUT, and all that is refused. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "node:net";
import { OwnBroker } from "./support/broker.ts";
import { brokers, eventually, kt, ktOk, makeTopic, recordsOf, serve, uniqueName } from "./support/kt.ts";
import { memoryMb } from "./support/proc.ts";
import { run } from "./support/process.ts";
import { raw, statusOf } from "./support/raw.ts";
import { bytes, lines, serveTaking, type Takes } from "./support/taking.ts";

setDefaultTimeout(120_000);

const prefix = uniqueName("taken");
let takes: Takes;
beforeAll(async () => {
  takes = await serveTaking(["--allow-produce", `${prefix}*`]);
});
afterAll(async () => {
  await takes?.[Symbol.asyncDispose]();
});

async function topicOf(name: string, ...options: string[]): Promise<string> {
  const topic = `${prefix}-${name}`;
  await ktOk(["topic", "create", topic, ...options]);
  return topic;
}

/** Status and text: what whoever sent it sees. */
const told = async (answer: Response | Promise<Response>) => {
  const its = await answer;
  return [its.status, await its.text()];
};
const says = (sentence: string) => expect.stringContaining(sentence);

async function jpeg(): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes } = await run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=320x240", "-frames:v", "1", "-f", "mjpeg", "-"]);
  return new Uint8Array(bytes);
}

test("a body is a record as it is, with key, headers and partition by the query, and is answered by its place", async () => {
  const topic = await topicOf("as-it-is", "--partitions", "3");
  const value = Buffer.from([0, 255, 10, 13, 0]);
  const answer = await takes.post(topic, value, bytes, "?key=a%20key&header=a=b=c&header=d=&partition=2&timestamp=1700000000000");
  expect([answer.status, await answer.json()]).toEqual([200, { partition: 2, offset: 0 }]);
  expect((await takes.post(topic, "", "application/json", "?partition=2")).status).toBe(200);
  const [first, second] = await recordsOf(topic);
  expect(first).toMatchObject({
    ...{ partition: 2, offset: 0, key: "a key", value: value.toString("base64"), timestamp: 1_700_000_000_000 },
    headers: [
      { name: "a", value: "b=c" },
      { name: "d", value: "" },
    ],
  });
  expect(second).toMatchObject({ key: null, value: "", offset: 1 });
});

test("lines of JSON are many records in one request, exactly those that kt consume --json prints, and none where one is wrong", async () => {
  const [from, to] = [await topicOf("from", "--partitions", "2"), await topicOf("to", "--partitions", "2")];
  const written = [
    { key: "a", value: "one", partition: 1, timestamp: 5 },
    { value: null, key: "gone", partition: 0 },
    { value: "AAH/", encoding: { value: "base64" }, partition: 0, headers: [{ name: "h", value: null }] },
  ];
  const body = written.map((one) => JSON.stringify(one)).join("\n");
  expect(await (await takes.post(from, `\n${body}\n\n`, lines)).json()).toEqual([
    { partition: 1, offset: 0 },
    { partition: 0, offset: 0 },
    { partition: 0, offset: 1 },
  ]);
  const printed = (await ktOk(["consume", from, "--json", "--exit"])).stdout;
  expect((await takes.post(to, printed, lines)).status).toBe(200);
  const plain = (records: Awaited<ReturnType<typeof recordsOf>>) =>
    records.map(({ topic: _, ...record }) => record).toSorted((a, b) => a.partition - b.partition || a.offset - b.offset);
  expect(plain(await recordsOf(to))).toEqual(plain(await recordsOf(from)));

  expect(await told(takes.post(to, '{"value":"fine"}\n{"value":1}', lines))).toEqual([400, says('Line 2 has a "value" that is neither')]);
  expect(await told(takes.post(to, "\n\n", lines))).toEqual([400, says("no record in the body")]);
  expect(await told(takes.post(to, '{"value":"x"}\n'.repeat(10_001), lines))).toEqual([413, says("10000 records")]);
  expect(await recordsOf(to)).toHaveLength(3);
  // Where some went and some did not, who sent them is told which.
  const some = await takes.post(to, '{"value":"x","partition":0}\n{"value":"y","partition":9}', lines);
  expect([some.status, await some.json()]).toEqual([400, { error: says("no such partition"), records: [{ partition: 0, offset: 2 }, null] }]);
});

test("what may not be is refused with a sentence, and nothing is written", async () => {
  const topic = await topicOf("refused");
  const other = await makeTopic("other");
  expect(await told(takes.post(other, "x", bytes))).toEqual([403, says("--allow-produce")]);
  expect(await told(takes.post(`${prefix}-none`, "x", bytes))).toEqual([404, says("There is no topic")]);
  expect(await told(takes.post("__consumer_offsets", "x", bytes))).toEqual([404, says("There is no topic")]);
  expect(await told(takes.post(topic, "x", bytes, "?partition=7"))).toEqual([400, says("no such partition")]);
  for (const query of ["?partition=-2", "?partition=x", "?timestamp=now", "?header=x"]) expect((await takes.post(topic, "x", bytes, query)).status).toBe(400);
  for (const type of ["text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
    expect(await told(takes.post(topic, "token=x", type))).toEqual([415, says("Say by Content-Type")]);
  expect(await told(takes.post(topic, "x", bytes, "", { "Content-Encoding": "gzip" }))).toEqual([415, says("gzip")]);
  for (const method of ["PUT", "DELETE", "PATCH"]) {
    const answer = await fetch(`${takes.url}/topics/${topic}/records`, { method, headers: { Authorization: `Bearer ${takes.token}` } });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS, POST"]);
  }
  expect(await recordsOf(topic)).toEqual([]);
});

test("a record that is too large for its topic is refused, and many small ones are not", async () => {
  const topic = await topicOf("small", "--config", "max.message.bytes=20000");
  expect(await told(takes.post(topic, Buffer.alloc(30_000), bytes))).toEqual([413, says("takes 20000")]);
  const many = `${JSON.stringify({ value: "x".repeat(500) })}\n`.repeat(300);
  expect(((await (await takes.post(topic, many, lines)).json()) as object[]).length).toBe(300);
});

test("writing needs the token also on this machine, reading does not; a token that reads writes nothing, nor does another site's page", async () => {
  const topic = await topicOf("access");
  const path = `/topics/${topic}/records`;
  const post = (url: string, headers: Record<string, string>) =>
    fetch(url + path, { method: "POST", body: "x", headers: { "Content-Type": bytes, ...headers } });
  expect((await fetch(takes.url + path)).status).toBe(200);
  expect((await post(takes.url, {})).status).toBe(401);
  const all = { Authorization: `Bearer ${takes.token}` };
  const foreign: Record<string, string>[] = [
    { Origin: "https://evil.example" },
    { Origin: "null" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
  ];
  for (const headers of foreign) {
    expect(await told(post(takes.url, { ...all, ...headers }))).toEqual([403, says("another site")]);
    // Also where only a cookie is brought, which a browser adds by itself.
    expect((await post(takes.url, { Cookie: `kt_token=${takes.token}`, ...headers })).status).toBe(403);
  }
  expect((await post(takes.url, { ...all, Host: "rebound.example" })).status).toBe(421);
  expect((await post(takes.url, { Cookie: `kt_token=${takes.token}`, Origin: takes.url })).status).toBe(200);

  await using guarded = await serve(brokers, "--allow-produce", topic, "--token", "writes", "--read-token", "reads");
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
  expect(await told(post(guarded.url, bearer("reads")))).toEqual([403, says("only reads")]);
  expect((await post(guarded.url, bearer("writes"))).status).toBe(200);
  expect((await fetch(guarded.url + path, { headers: bearer("reads") })).status).toBe(200);
  expect((await fetch(guarded.url + path)).status).toBe(401);
  // Where nothing is taken, it is as if there were no such thing.
  await using plain = await serve(brokers, "--token", "writes");
  expect((await post(plain.url, bearer("writes"))).status).toBe(405);
  expect(await recordsOf(topic)).toHaveLength(2);
});

test("a body that breaks off, or whose sender goes, is not written, and one that is whole is, though nobody reads the answer", async () => {
  const topic = await topicOf("gone");
  const head = (more: string) =>
    `POST /topics/${topic}/records HTTP/1.1\r\nHost: ${new URL(takes.url).host}\r\nAuthorization: Bearer ${takes.token}\r\nContent-Type: ${bytes}\r\n${more}\r\n\r\n`;
  const { hostname, port } = new URL(takes.url);
  const leave = async (request: string) => {
    const socket = connect({ host: hostname, port: Number(port) });
    await new Promise<void>((resolve) => socket.write(request, () => resolve()));
    await Bun.sleep(100);
    socket.destroy();
  };
  await leave(`${head("Content-Length: 100")}half`);
  await leave(`${head("Transfer-Encoding: chunked")}4\r\nhalf\r\n`);
  await leave(`${head("Content-Length: 5")}whole`);
  const values = async () => (await recordsOf(topic)).map(({ value }) => value);
  await eventually(async () => (await values()).length > 0, "the whole one is there");
  expect(await values()).toEqual(["whole"]);
  // A connection goes on after its request.
  const socket = connect({ host: hostname, port: Number(port) });
  let answers = "";
  socket.on("data", (piece) => {
    answers += piece.toString();
  });
  socket.write(`${head("Content-Length: 1")}a`);
  await eventually(() => answers.includes('"offset":1}'), "the first is answered");
  socket.write(`${head("Content-Length: 1")}b`);
  await eventually(() => answers.includes('"offset":2}'), "the second is answered on the same connection");
  socket.destroy();
});

test("a gigabyte, and more at once than may wait, is refused in words, and memory stays small", async () => {
  const topic = await topicOf("large");
  await using small = await serveTaking(["--allow-produce", topic, "--max-body", "2MB", "--max-waiting", "4MB"]);
  const before = memoryMb(small.process.pid);
  const authorization = ["-H", `Authorization: Bearer ${small.token}`, "-H", `Content-Type: ${bytes}`];
  const endless = `head -c 1000000000 /dev/zero | curl -s -X POST -T - -w '%{http_code}' ${authorization.map((one) => `'${one}'`).join(" ")} ${small.url}/topics/${topic}/records`;
  expect((await run(["sh", "-c", endless], { timeoutMs: 60_000 })).stdout).toMatch(/2000000 bytes.*413$/s);
  // Those that declare it are not even begun.
  const declared = await raw(
    small.url,
    `POST /topics/${topic}/records HTTP/1.1\r\nHost: ${new URL(small.url).host}\r\nAuthorization: Bearer ${small.token}\r\nContent-Type: ${bytes}\r\nContent-Length: 1000000000\r\nConnection: close\r\n\r\n`,
  );
  expect(statusOf(declared)).toBe(413);
  // Small ones take memory too, each of its own.
  expect(await told(small.post(topic, '{"value":""}\n'.repeat(9000), lines))).toEqual([413, says("send fewer at once")]);
  const answers = await Promise.all(Array.from({ length: 30 }, () => small.post(topic, Buffer.alloc(1_000_000), bytes)));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
  for (const refused of answers.filter(({ status }) => status === 429)) expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
  expect(await recordsOf(topic)).toHaveLength(statuses.filter((status) => status === 200).length);
  expect(memoryMb(small.process.pid) - before).toBeLessThan(200);
});

test("an address that writes faster than it may is told to wait, and when", async () => {
  const topic = await topicOf("fast");
  await using slow = await serveTaking(["--allow-produce", topic, "--max-rate", "10"]);
  const batch = '{"value":"x"}\n'.repeat(60);
  expect((await slow.post(topic, batch, lines)).status).toBe(200);
  const refused = await slow.post(topic, batch, lines);
  expect([refused.status, await refused.text(), Number(refused.headers.get("retry-after")) > 0]).toEqual([429, says("--max-rate"), true]);
  expect(await recordsOf(topic)).toHaveLength(60);
});

test("pictures by PUT are the frames of a stream, and what is none is refused", async () => {
  const topic = await topicOf("pictures");
  const picture = await jpeg();
  for (const [query, headers] of [
    ["?key=door", {}],
    ["?key=door&timestamp=1700000000000", { "Content-Type": "image/jpeg" }],
    ["?key=yard", {}],
  ] as const)
    expect((await takes.put(topic, picture, query, headers)).status).toBe(200);
  const header = (record: Awaited<ReturnType<typeof recordsOf>>[number] | undefined, name: string) => record?.headers.find((one) => one.name === name)?.value;
  const [first, second, other] = await recordsOf(topic);
  expect([first?.key, first?.value === Buffer.from(picture).toString("base64"), second?.timestamp]).toEqual(["door", true, 1_700_000_000_000]);
  expect(["content-type", "kt-seq", "kt-size", "kt-key"].map((name) => header(first, name))).toEqual(["image/jpeg", "0", "320x240", "1"]);
  expect([header(second, "kt-seq"), header(second, "kt-run"), header(other, "kt-seq")]).toEqual(["1", header(first, "kt-run") as string, "0"]);
  expect(header(other, "kt-run")).not.toBe(header(first, "kt-run"));
  const shown = await eventually(async () => {
    const answer = await fetch(`${takes.url}/topics/${topic}/frame?key=yard`);
    return answer.ok && answer;
  }, "the picture is shown");
  expect(Buffer.from(await shown.arrayBuffer()).equals(picture)).toBe(true);

  expect(await told(takes.put(topic, picture, ""))).toEqual([400, says("?key=")]);
  expect(await told(takes.put(topic, "no picture", "?key=a"))).toEqual([415, says("neither a JPEG nor a PNG")]);
  expect(await told(takes.put(topic, picture, "?key=a", { "Content-Type": "image/png" }))).toEqual([415, says("is image/jpeg")]);
  expect(await told(takes.put(topic, picture.subarray(0, picture.length - 100), "?key=a"))).toEqual([422, says("not there to its end")]);
  expect(await recordsOf(topic)).toHaveLength(3);
});

test("who wrote how much is in the log and in the metrics, a line a writer and not one a record", async () => {
  const topic = await topicOf("audited");
  await using audited = await serveTaking(["--allow-produce", topic]);
  for (let i = 0; i < 20; i++) await audited.post(topic, "12345", bytes);
  await audited.put(topic, await jpeg(), "?key=cam");
  await audited.process.stderr.waitFor(new RegExp(`127\\.0\\.0\\.1 wrote 20 records \\(100 bytes\\) to ${topic}\\.`));
  await audited.process.stderr.waitFor(new RegExp(`127\\.0\\.0\\.1 wrote 1 record \\(.* bytes\\) to ${topic} as "cam"\\.`));
  const metrics = await (await fetch(`${audited.url}/metrics`)).text();
  for (const line of ['kt_taken_records_total{way="records"} 20', 'kt_taken_bytes_total{way="records"} 100', 'kt_taken_records_total{way="frame"} 1'])
    expect(metrics).toContain(line);
  expect(audited.process.stderr.lines.filter((line) => line.includes(" wrote "))).toHaveLength(2);
});

test("nothing that was acknowledged is lost with the broker, and what is not acknowledged is said", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await ktOk(["topic", "create", "t"], { env });
  await using own = await serveTaking(["--allow-produce", "t", "-X", "message.timeout.ms=4000"], broker.address);
  const acknowledged: string[] = [];
  let refused = 0;
  let running = true;
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let i = 0; running; i++) {
      const value = `${writer}-${i}`;
      const answer = await own.post("t", value, bytes);
      if (answer.ok) acknowledged.push(value);
      else {
        refused++;
        expect([answer.status, await answer.text()]).toEqual([503, expect.stringMatching(/\S/)]);
        await Bun.sleep(100);
      }
    }
  });
  await eventually(() => acknowledged.length > 50, "some are acknowledged");
  await broker.kill();
  await eventually(() => refused > 3, "it is said that there is no acknowledgement", 40_000);
  await broker.startAgain();
  const before = acknowledged.length;
  await eventually(() => acknowledged.length > before + 50, "it goes on", 60_000);
  running = false;
  await Promise.all(writers);
  const there = new Set((await recordsOf("t", "-b", broker.address)).map(({ value }) => value));
  expect(acknowledged.filter((value) => !there.has(value))).toEqual([]);
}, 180_000);

test("options that cannot be are refused", async () => {
  for (const [options, why] of [
    [["--max-body", "1GB", "--max-waiting", "1MB"], "--max-body is more than --max-waiting"],
    [["--max-body", "1"], "from 1kB"],
    [["--allow-produce", ""], "must not be empty"],
  ] as const) {
    const { code, stderr } = await kt(["serve", "--port", "0", "--allow-produce", "x", ...options]);
    expect([code, stderr]).toEqual([2, says(why)]);
  }
});
