/** kt serve, to programs that read records: JSON, a live tail that a browser resumes, and values as files. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { RecordEnvelope } from "../../src/format/json.ts";
import { visit } from "./support/browser.ts";
import { binary, brokers, eventually, jsonLines, ktOk, makeTopic, pythonOk, recordsOf, serve } from "./support/kt.ts";
import { Running, run } from "./support/process.ts";

setDefaultTimeout(120_000);

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => String(from + i));

test("records are those of kt consume --json, as an array or a line each, from any place, of one key or partition", async () => {
  await using served = await serve();
  const topic = await makeTopic("records", "--partitions", "3");
  await pythonOk(
    `import sys, kafka
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1])
for i in range(60): p.send(sys.argv[2], key=b'k%d' % (i % 2), value=b'\\xff%d' % i if i % 7 == 0 else b'{"n": %d}' % i, timestamp_ms=1700000000000 + i, headers=[('h', b'\\x00\\xfe')])
p.send(sys.argv[2], key=b'gone', value=None, timestamp_ms=1700000000060)
p.flush()`,
    [brokers, topic],
  );
  const url = `${served.url}/topics/${topic}/records`;
  const ask = async (query: string): Promise<RecordEnvelope[]> => JSON.parse((await run(["curl", "-sf", url + query])).stdout);
  const all = (await recordsOf(topic)).toSorted((a, b) => (a.timestamp as number) - (b.timestamp as number));
  expect(all).toHaveLength(61);
  expect(await ask("")).toEqual(all);
  expect(await ask("?from=start&limit=1000")).toEqual(all);
  expect(await ask("?limit=5")).toEqual(all.slice(-5));
  expect(await ask("?from=@1700000000040&limit=3")).toEqual(all.slice(40, 43));
  expect(await ask("?key=k1&limit=4")).toEqual(all.filter(({ key }) => key === "k1").slice(-4));
  const { partition } = all[0] as RecordEnvelope;
  expect(await ask(`?partition=${partition}&from=1&limit=2`)).toEqual(all.filter((record) => record.partition === partition).slice(1, 3));
  const lines = await run(["curl", "-sf", "-H", "Accept: application/x-ndjson", `${url}?from=start`]);
  expect(jsonLines(lines.stdout)).toEqual(all);
  const refused = async (query: string) => [(await fetch(url + query)).status, await (await fetch(url + query)).text()];
  expect(await refused("?limit=0")).toEqual([400, "limit must be a whole number from 1 to 10000, not '0'. Without it, it is 100.\n"]);
  expect(await refused("?partition=9")).toEqual([400, expect.stringContaining("has no partition 9")]);
});

test("where the time is the broker's, it is said as kt consume --json says it", async () => {
  await using served = await serve();
  const topic = await makeTopic("appended", "-c", "message.timestamp.type=LogAppendTime");
  await ktOk(["produce", topic, "v"]);
  const found = await (await fetch(`${served.url}/topics/${topic}/records?from=start`)).json();
  expect(found).toMatchObject([{ timestampType: "append", value: "v" }]);
  expect(found).toEqual(await recordsOf(topic));
});

test("the value of a record is a file, byte for byte, that no browser runs; what is not there is said", async () => {
  await using served = await serve();
  const topic = await makeTopic("values");
  await ktOk(["produce", topic, "<script>alert(1)</script>", "-H", "content-type=text/html"]);
  const url = (place: string) => `${served.url}/topics/${topic}/records/${place}`;
  const response = await fetch(url("0/0"));
  expect(await response.text()).toBe("<script>alert(1)</script>");
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "text/html",
    "content-disposition": `attachment; filename="${topic}-0-0"`,
    "content-security-policy": expect.stringContaining("sandbox"),
  });
  expect((await fetch(url("0/0"), { headers: { "If-None-Match": response.headers.get("etag") as string } })).status).toBe(304);
  const missing = await fetch(url("0/1"));
  expect([missing.status, await missing.text()]).toEqual([404, `Partition 0 of '${topic}' has no offset 1 yet; its last is 0.\n`]);
  expect((await fetch(url("0/first"))).status).toBe(400);
});

test("a browser's EventSource gets each record once, over a server that ends and comes back", async () => {
  const topic = await makeTopic("events", "--partitions", "2");
  let served = await serve();
  const { port } = new URL(served.url);
  try {
    await using visited = await visit(`${served.url}/healthz`);
    const { page } = visited;
    await page.evaluate((url) => {
      const seen: string[] = [];
      Object.assign(globalThis, { seen, source: new EventSource(url) });
      (globalThis as unknown as { source: EventSource }).source.onmessage = ({ data }) => seen.push(JSON.parse(data).value);
    }, `/topics/${topic}/records?from=start`);
    const seen = () => page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
    const sorted = async () => (await seen()).toSorted((a, b) => Number(a) - Number(b));
    await ktOk(["produce", topic], { stdin: numbers(0, 50).join("\n") });
    await eventually(async () => (await seen()).length >= 50, "the first 50");
    await served[Symbol.asyncDispose]();
    await ktOk(["produce", topic], { stdin: numbers(50, 50).join("\n") });
    served = await serve(brokers, "--port", port);
    await eventually(async () => (await seen()).length >= 100, "the other 50");
    await ktOk(["produce", topic, "100"]);
    await eventually(async () => (await seen()).length >= 101, "one more");
    expect(await sorted()).toEqual(numbers(0, 101));
  } finally {
    await served[Symbol.asyncDispose]();
  }
});

test("a tail that nobody reads holds little, and another goes on beside it", async () => {
  await using served = await serve();
  const topic = await makeTopic("slow");
  const url = `${served.url}/topics/${topic}/records?from=start`;
  const residentBytes = async () => Number(/VmRSS:\s+(\d+)/.exec(await Bun.file(`/proc/${served.process.pid}/status`).text())?.[1]) * 1024;
  const stalled = await fetch(url, { headers: { Accept: "text/event-stream" } });
  const before = await residentBytes();
  const lines = `yes "$(head -c 50000 /dev/zero | tr '\\0' x)" | head -n 6000`;
  const { code } = await run(["sh", "-c", `${lines} | ${binary} produce ${topic}`], { env: { KT_BROKERS: brokers }, timeoutMs: 50_000 });
  expect(code).toBe(0);
  await using reading = new Running(["sh", "-c", `curl -sN -H 'Accept: text/event-stream' '${url}' | grep -m1 -o '"offset":5999,'`]);
  await reading.stdout.waitFor(/5999/, 40_000);
  // 300 MB went by; the archive's cache is bounded at 96 MB, and garbage is collected a little later.
  await eventually(async () => (await residentBytes()) - before < 200 << 20, "less than 200 MB are held");
  await stalled.body?.cancel();
});

test("a tail has what comes into partitions that are added, also once it was lost and asked for again", async () => {
  await using served = await serve();
  const topic = await makeTopic("grows");
  const tail = (id?: string) => {
    const last = id === undefined ? "" : `-H 'Last-Event-ID: ${id}'`;
    return new Running(["sh", "-c", `curl -sN -H 'Accept: text/event-stream' ${last} '${served.url}/topics/${topic}/records'`]);
  };
  await using first = tail();
  const [, begun] = (await first.stdout.waitFor(/^id: (.*)$/m)) ?? [];
  expect(begun).toBe("0:0");
  await ktOk(["topic", "alter", topic, "--partitions", "3"]);
  await ktOk(["produce", topic, "in the third", "--partition", "2"]);
  await ktOk(["produce", topic, "in the first", "--partition", "0"]);
  await first.stdout.waitFor(/"value":"in the first"/, 30_000);
  await first.stdout.waitFor(/"value":"in the third"/, 30_000);
  expect(first.stdout.text).toMatch(/^id: 0:1,2:1$/m);

  await using again = tail("0:0");
  await again.stdout.waitFor(/"value":"in the third"/);
  await again.stdout.waitFor(/"value":"in the first"/);
});
