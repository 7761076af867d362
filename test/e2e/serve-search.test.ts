/** A search through all of a topic's log, as a program asks for it: what it finds, how it goes on, and how it ends. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { PanelRecord } from "../../src/protocol/server-message.ts";
import { OwnBroker } from "./support/broker.ts";
import { binary, brokers, eventually, jsonLines, ktOk, makeTopic, pythonOk, recordsOf, serve, tempFolder } from "./support/kt.ts";
import { run } from "./support/process.ts";

setDefaultTimeout(120_000);

interface Line {
  begin?: { watermarks: { partition: number; low: number; high: number }[] };
  record?: PanelRecord;
  progress?: { share: number; records: number };
  end?: { why: string; next: string; records: number; hits: number; share: number };
  error?: { message: string; retryable: boolean; next: string };
}

async function search(url: string, query: Record<string, string>): Promise<{ lines: Line[]; records: PanelRecord[]; end: NonNullable<Line["end"]> }> {
  const response = await fetch(`${url}/search?${new URLSearchParams(query)}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text.trim()}`);
  const lines = jsonLines<Line>(text);
  return { lines, records: lines.flatMap(({ record }) => record ?? []), end: lines.at(-1)?.end as NonNullable<Line["end"]> };
}

const placeOf = ({ partition, offset }: { partition: number; offset: number }) => `${partition}:${offset}`;

test("a search finds what is wanted in all of the log, the newest first, and goes on where it ended, without a loss and nothing twice", async () => {
  await using served = await serve();
  const topic = await makeTopic("search", "--partitions", "3");
  await pythonOk(
    `import sys, kafka
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1], linger_ms=50)
for i in range(30000): p.send(sys.argv[2], key=b'k%d' % (i % 50), value=b'{"n": %d, "door": "d%d"}' % (i, i % 100), timestamp_ms=1700000000000 + i, headers=[('src', b'web' if i % 3 else b'app')])
p.send(sys.argv[2], key=b'bin', value=b'\\xff\\x00needle\\xfe', timestamp_ms=1700000030000)
p.send(sys.argv[2], key=b'needle', value=None, timestamp_ms=1700000030001)
p.flush()`,
    [brokers, topic],
  );
  const url = `${served.url}/topics/${topic}`;
  const all = (await recordsOf(topic)).toSorted((a, b) => (b.timestamp as number) - (a.timestamp as number));
  const wanted = (is: (record: (typeof all)[number]) => boolean) => all.filter(is).map(placeOf);

  const door = await search(url, { contains: '"door": "d7"', limit: "1000" });
  expect(door.records.map(placeOf)).toEqual(wanted(({ value }) => value?.includes('"door": "d7"') ?? false));
  expect(door.end).toMatchObject({ why: "all", hits: 300, records: 30_002, share: 1 });
  expect(door.records[0]).toMatchObject(all.find(({ value }) => value?.includes('"door": "d7"')) as object);

  const needles = await search(url, { contains: "needle" });
  expect(needles.records.map(({ key, value }) => [key, value])).toEqual([
    ["needle", null],
    ["bin", "/wBuZWVkbGX+"],
  ]);
  const byKey = await search(url, { key: "k7", header: "src=app", limit: "1000" });
  expect(byKey.records.map(placeOf)).toEqual(wanted(({ key, headers }) => key === "k7" && headers[0]?.value === "app"));
  const byPattern = await search(url, { regex: '(?i)"N": 2\\d{3}9,', partition: "1", limit: "1000" });
  expect(byPattern.records.map(placeOf)).toEqual(wanted(({ value, partition }) => partition === 1 && /"n": 2\d{3}9,/.test(value ?? "")));

  const pages: string[] = [];
  let until = "";
  for (let page = 0; page < 100 && until !== "done"; page++) {
    const { records, end } = await search(url, { contains: '"d5', limit: "700", ...(until ? { until } : {}) });
    pages.push(...records.map(placeOf));
    until = end.why === "all" ? "done" : end.next;
  }
  expect(pages.toSorted()).toEqual(wanted(({ value }) => value?.includes('"d5') ?? false).toSorted());

  const oldest = await search(url, { from: "0=0,1=0,2=0", regex: "d7\\b", limit: "100" });
  const inTime = wanted(({ value }) => value?.includes('"d7"') ?? false).reverse();
  expect(oldest.records.map(placeOf)).toEqual(inTime.slice(0, 100));
  const after = await search(url, { from: oldest.end.next, regex: "d7\\b", limit: "1000" });
  expect([...oldest.records, ...after.records].map(placeOf).toSorted()).toEqual(inTime.toSorted());

  const timed = await search(url, { from: "@1700000010000", until: "@1700000010010", limit: "1000" });
  expect(timed.records.map(({ timestamp }) => timestamp)).toEqual(Array.from({ length: 10 }, (_, i) => 1_700_000_010_000 + i));
  const bounded = await search(url, { contains: "nowhere", most: "1000" });
  expect(bounded.end).toMatchObject({ why: "most", hits: 0 });
  expect(bounded.end.records).toBeLessThanOrEqual(1000);
});

test("without a filter it is a page of the log, the newest first, and the next one follows", async () => {
  await using served = await serve();
  const topic = await makeTopic("paged", "--partitions", "2");
  await ktOk(["produce", topic, "--rate", "100000"], { stdin: Array.from({ length: 500 }, (_, i) => String(i)).join("\n") });
  const url = `${served.url}/topics/${topic}`;
  const seen: string[] = [];
  let until: string | undefined;
  for (let page = 0; page < 20; page++) {
    const { records, end } = await search(url, { limit: "50", ...(until ? { until } : {}) });
    const times = records.map(({ timestamp }) => timestamp as number);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    seen.push(...records.map(({ value }) => value as string));
    if (end.why === "all") break;
    until = end.next;
  }
  expect(seen.map(Number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, i) => i));
});

test("what transactions and retention took is no record, and nothing is waited for", async () => {
  await using served = await serve();
  const topic = await makeTopic("gone");
  await ktOk(["produce", topic, "--transaction"], { stdin: "a\nb\nc" });
  await ktOk(["produce", topic], { stdin: "d\ne" });
  await ktOk(["topic", "empty", topic, "--before", "1", "--yes"]);
  const { lines, records, end } = await search(`${served.url}/topics/${topic}`, {});
  expect(lines[0]?.begin?.watermarks).toMatchObject([{ partition: 0, low: 1, high: 6 }]);
  expect(records.map(({ offset, value }) => [offset, value])).toEqual([
    [5, "e"],
    [4, "d"],
    [2, "c"],
    [1, "b"],
  ]);
  expect(end.why).toBe("all");
});

test("server-sent events tell the same, and what is asked wrongly has one sentence", async () => {
  await using served = await serve();
  const topic = await makeTopic("told");
  await ktOk(["produce", topic, "one"]);
  const url = `${served.url}/topics/${topic}/search`;
  const events = await run(["curl", "-sN", "-H", "Accept: text/event-stream", `${url}?contains=one`]);
  expect(events.stdout).toMatch(
    /^event: begin\ndata: {.*}\n\nevent: record\ndata: {.*"value":"one".*}\n\n(event: progress\ndata: {.*}\n\n)*event: end\ndata: {"why":"all".*}\n\n$/,
  );
  const said = async (query: string, of = topic) => {
    const response = await fetch(`${served.url}/topics/${of}/search?${query}`);
    return [response.status, (await response.text()).trim()];
  };
  expect(await said("regex=%28a")).toEqual([400, "regex: '(a' has a ( that nothing closes."]);
  expect(await said("regex=%28%3F%3Da%29")).toEqual([400, "regex: '(?=a)' looks ahead or back, or sets a flag in the middle: neither is done here."]);
  expect(await said("partition=7")).toEqual([400, `Topic '${topic}' has no partition 7; it has 1, from 0 on.`]);
  expect(await said("from=7%3D0")).toEqual([400, `Topic '${topic}' has no partition 7; it has 1, from 0 on.`]);
  expect(await said("from=soon")).toEqual([400, expect.stringMatching(/^from: 'soon' is not a position\./)]);
  expect(await said("from=resume")).toEqual([400, "Records are looked for without a group, so there is no place to resume. Give an offset or a time."]);
  expect(await said("header=%3Dx")).toEqual([400, "header takes a header's name, or name=value, not '=x'."]);
  expect(await said("limit=0")).toEqual([400, "limit must be a whole number from 1 to 10000, not '0'. Without it, it is 100."]);
  expect(await said("", "nowhere")).toEqual([404, expect.stringContaining("There is no topic 'nowhere'.")]);
});

test("a search ends when who asked for it goes: those that follow have their turn", async () => {
  await using served = await serve();
  const topic = await makeTopic("left");
  const lines = `seq 400000 | awk '{print $1" ${"x".repeat(80)}"}'`;
  await run(["sh", "-c", `${lines} | "$0" produce ${topic}`, binary], { env: { KT_BROKERS: brokers }, timeoutMs: 50_000 });
  const url = `${served.url}/topics/${topic}/search?contains=nowhere`;
  for (let round = 0; round < 12; round++) {
    const gone = new AbortController();
    const response = await fetch(url, { signal: gone.signal });
    await response.body?.getReader().read();
    gone.abort();
  }
  const { end } = await search(`${served.url}/topics/${topic}`, { contains: "399999 x" });
  expect(end).toMatchObject({ why: "all", hits: 1, records: 400_000 });
});

test("a broker that dies in the middle is told of, with the place to go on from", async () => {
  await using broker = await OwnBroker.start();
  await using served = await serve(broker.address);
  const of = { env: { KT_BROKERS: broker.address }, timeoutMs: 50_000 };
  await ktOk(["topic", "create", "dying"], of);
  const count = 200_000;
  const lines = `seq 0 ${count - 1} | awk -v rest="$(head -c 1000 /dev/zero | tr '\\0' x)" '{print $1" "rest}'`;
  await run(["sh", "-c", `${lines} | "$0" produce dying`, binary], of);
  const query = { contains: "00 x", limit: "10000" };
  const response = await fetch(`${served.url}/topics/dying/search?${new URLSearchParams(query)}`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let killed = false; ; ) {
    const { value = "", done = true } = (await reader?.read()) ?? {};
    if (done) break;
    text += value;
    if (killed || !text.includes('"record"')) continue;
    killed = true;
    await broker.kill();
  }
  const told = jsonLines<Line>(text);
  const found = told.flatMap(({ record }) => record ?? []);
  const { error, end } = told.at(-1) ?? {};
  // A machine that was fast enough had the rest already.
  if (!end) expect(error).toMatchObject({ retryable: true, message: expect.stringContaining("dying") });
  await broker.startAgain();
  const more = await eventually(
    () =>
      search(`${served.url}/topics/dying`, { ...query, until: error?.next ?? end?.next ?? "" }).then(
        ({ end, records }) => end && records,
        () => undefined,
      ),
    "the broker is back",
    40_000,
  );
  // Nothing is lost, and nothing is told of twice.
  const offsets = [...found, ...more].map(({ offset }) => offset);
  expect(offsets).toEqual(Array.from({ length: count / 100 - 1 }, (_, i) => count - 100 * (i + 1)));
}, 120_000);

test("an export is what kt consume --json prints, goes back into a topic as it is, and ends at its bound", async () => {
  await using served = await serve();
  const [topic, copy] = [await makeTopic("export"), await makeTopic("export-copy")];
  await pythonOk(
    `import sys, kafka
p = kafka.KafkaProducer(bootstrap_servers=sys.argv[1])
for i in range(3000): p.send(sys.argv[2], key=b'k%d' % (i % 3), value=(b'\\xff%d' if i % 100 == 0 else b'{"n": %d, "f": "=1+1"}') % i, timestamp_ms=1700000000000 + i, headers=[('h', b'\\x00')])
p.send(sys.argv[2], key=b'k', value=None)
p.flush()`,
    [brokers, topic],
  );
  const url = `${served.url}/topics/${topic}/export`;
  const response = await fetch(url);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "application/x-ndjson",
    "content-disposition": `attachment; filename="${topic}.ndjson"`,
  });
  const text = await response.text();
  const all = await recordsOf(topic);
  expect(jsonLines(text)).toEqual(all);
  await ktOk(["produce", copy, "--json"], { stdin: text });
  expect((await recordsOf(copy)).map(({ topic: _, ...rest }) => rest)).toEqual(all.map(({ topic: _, ...rest }) => rest));

  expect(jsonLines(await (await fetch(`${url}?key=k1&from=100&until=200`)).text())).toEqual(all.slice(100, 200).filter(({ key }) => key === "k1"));
  expect(jsonLines(await (await fetch(`${url}?limit=7`)).text())).toEqual(all.slice(0, 7));
  expect(await (await fetch(`${url}?contains=nowhere`)).text()).toBe("");

  await using folder = await tempFolder();
  const csv = `${folder.path}/export.csv`;
  await Bun.write(csv, await fetch(`${url}?format=csv`));
  const rows = JSON.parse(await pythonOk(`import sys, csv, json\nprint(json.dumps(list(csv.DictReader(open(sys.argv[1], newline='')))))`, [csv])) as Record<
    string,
    string
  >[];
  expect(rows).toHaveLength(3001);
  expect(rows[1]).toMatchObject({ partition: "0", offset: "1", timestamp: "2023-11-14T22:13:20.001Z", key: "k1", n: "1", f: "'=1+1", value: "" });
  expect(rows[100]).toMatchObject({ offset: "100", value: Buffer.from("\xff100", "latin1").toString("base64"), encoding: "value=base64" });
  expect((await fetch(`${url}?format=xml`)).status).toBe(400);
});

test("a record that is too large to be read here is told of, and no export goes on without it", async () => {
  await using served = await serve();
  const topic = await makeTopic("large", "-c", "max.message.bytes=104857600");
  await using folder = await tempFolder();
  await Bun.write(`${folder.path}/large`, Buffer.alloc(40_000_000, "y"));
  await ktOk(["produce", topic, "small"]);
  await ktOk(["produce", topic, "--files", `${folder.path}/large`]);
  await ktOk(["produce", topic, "last"]);
  const { lines, records, end } = await search(`${served.url}/topics/${topic}`, {});
  expect(records.map(({ value }) => value)).toEqual(["last", "small"]);
  expect(end).toMatchObject({ why: "all", unreadable: 1 });
  expect(lines.find((line) => "unreadable" in line)).toMatchObject({
    unreadable: { partition: 0, from: 1, to: 2, message: expect.stringContaining("takes 40 MB, and no more than 32 MB is read here at once") },
  });
  const refused = await fetch(`${served.url}/topics/${topic}/export`);
  expect(await refused.text().catch(() => "broken off")).not.toContain("last");
  const before = await fetch(`${served.url}/topics/${topic}/export?until=1`);
  expect(jsonLines(await before.text())).toMatchObject([{ value: "small" }]);
});

test("who asks for the head alone holds no turn", async () => {
  await using served = await serve();
  const topic = await makeTopic("head");
  await ktOk(["produce", topic, "one"]);
  const url = `${served.url}/topics/${topic}`;
  for (const path of ["search?contains=one", "export", "search", "records"])
    for (let round = 0; round < 4; round++) {
      const { status, headers } = await fetch(`${url}/${path}`, { method: "HEAD" });
      expect([status, headers.get("cache-control")]).toEqual([200, "no-store"]);
    }
  expect((await search(url, { contains: "one" })).end.hits).toBe(1);
  expect(jsonLines(await (await fetch(`${url}/export`)).text())).toMatchObject([{ value: "one" }]);
});
