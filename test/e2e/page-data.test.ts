/** Live data on the page: a table of what is the latest, charts with their history, a list that can be searched. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { OwnBroker } from "./support/broker.ts";
import { visit } from "./support/browser.ts";
import { binary, brokers, eventually, ktOk, makeTopic, pythonOk, serve } from "./support/kt.ts";
import { Running } from "./support/process.ts";

setDefaultTimeout(120_000);

/** The tutorials' producer, sending JSON; a value of None is a tombstone. */
const produceJson = `
import sys, json
from kafka import KafkaProducer
producer = KafkaProducer(bootstrap_servers=sys.argv[1], value_serializer=lambda v: None if v is None else json.dumps(v).encode())
for line in sys.stdin:
    record = json.loads(line)
    producer.send(sys.argv[2], key=record['key'].encode() if record.get('key') else None, value=record['value'], timestamp_ms=record.get('at'))
producer.flush()`;

interface Sent {
  key?: string;
  value: unknown;
  at?: number;
}

const send = (to: string, topic: string, records: Sent[]) =>
  pythonOk(produceJson, [to, topic], { stdin: records.map((record) => `${JSON.stringify(record)}\n`).join("") });

/** A table as its reader sees it: the texts of its rows, without the time at their end. */
const rowsOf = async (page: Page, topic: string) =>
  (
    await page
      .getByRole("table", { name: `Latest of ${topic}` })
      .getByRole("row")
      .allInnerTexts()
  )
    .slice(1)
    .map((row) => row.split("\t").slice(0, -1));

test("a scoreboard: a shell loop's scores in a table, and a second producer's topic beside it that changes nothing of the first", async () => {
  await using broker = await OwnBroker.start();
  await using served = await serve(broker.address);
  await using visited = await visit(served.url);
  const { page } = visited;
  const loop = `for goals in $(seq 1 200); do "$0" produce scores -k Leeds-Everton '{"home":"Leeds","score":{"home":'$goals',"away":0},"live":true}'; done`;
  await using _scores = new Running(["bash", "-c", loop, binary], { env: { KT_BROKERS: broker.address } });
  const goals = async () => {
    const [row, ...others] = await rowsOf(page, "scores");
    expect(others).toEqual([]);
    return Number(row?.[2]);
  };
  await page.getByRole("table", { name: "Latest of scores" }).waitFor();
  expect(await page.getByRole("table", { name: "Latest of scores" }).getByRole("columnheader").allInnerTexts()).toEqual([
    "key",
    "home",
    "score.home",
    "score.away",
    "live",
    "updated",
  ]);
  const first = await eventually(goals, "a score");
  await eventually(async () => (await goals()) > first, "a goal");
  await page.locator(".changed").first().waitFor();

  await page.evaluate(() => Object.assign(globalThis, { firstPanel: document.querySelector("[aria-label='Records of scores']") }));
  const reading = { celsius: 21.5, place: { room: "hall" } };
  await send(broker.address, "sensors", [
    { key: "s1", value: reading },
    { key: "s2", value: { celsius: 19 } },
  ]);
  const sensors = page.getByRole("table", { name: "Latest of sensors" });
  await sensors.waitFor();
  expect(await rowsOf(page, "sensors")).toEqual([
    ["s1", "21.5", "hall"],
    ["s2", "19", ""],
  ]);
  expect(await page.evaluate(() => (globalThis as unknown as { firstPanel: Element }).firstPanel.isConnected)).toBe(true);
  const before = await goals();
  await eventually(async () => (await goals()) > before, "the first goes on");

  await send(broker.address, "sensors", [
    { key: "s1", value: null },
    { key: "s2", value: { celsius: 18 } },
  ]);
  await eventually(async () => JSON.stringify(await rowsOf(page, "sensors")) === '[["s2","18",""]]', "a tombstone removes its row");
});

test("a table sorts, charts show the whole history, and what its reader chose is there after a reload", async () => {
  const topic = await makeTopic("history");
  const beganMs = Date.now() - 3_600_000;
  await send(
    brokers,
    topic,
    Array.from({ length: 6000 }, (_, i) => ({ key: `sensor-${i % 3}`, value: { celsius: (i % 3) * 10 + i / 1000, unit: "C" }, at: beganMs + i * 500 })),
  );
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const { page } = visited;
  const panel = page.getByRole("dialog", { name: `Records of ${topic}` });
  const keys = async () => (await rowsOf(page, topic)).map(([key]) => key);
  await eventually(async () => (await keys()).join() === "sensor-0,sensor-1,sensor-2", "three rows");
  await panel.getByRole("button", { name: "celsius" }).press("Enter");
  await panel.getByRole("columnheader", { name: "celsius", exact: false }).and(panel.locator("[aria-sort=descending]")).waitFor();
  expect(await keys()).toEqual(["sensor-2", "sensor-1", "sensor-0"]);

  // By the keyboard: from one tab to the next.
  await panel.getByRole("tab", { name: "Table" }).focus();
  for (const _ of ["List", "Charts"]) await page.keyboard.press("ArrowRight");
  const chart = panel.getByRole("img", { name: `celsius of ${topic} over time` });
  await chart.waitFor();
  const legend = panel.getByRole("list", { name: "Lines" });
  expect((await legend.getByRole("button").allInnerTexts()).map((text) => text.split("\n"))).toEqual([
    ["sensor-0", "5.997"],
    ["sensor-1", "15.998"],
    ["sensor-2", "25.999"],
  ]);
  // At the chart's left end stands what was an hour ago. A chart that is drawn anew, as one is that has just been opened, has
  // no place on it. There is no room for all of them: it is the mean of the first, between the least and the greatest. How
  // many these are goes by the time of day, as pieces of the chart begin at round times: the first alone, or up to some dozens.
  await eventually(async () => {
    await chart.press("Home");
    return /^sensor-0\s+(0|0\.0\d+\s+0 to 0\.0\d+)$/.test((await legend.getByRole("button").first().innerText()).trim());
  }, "the first values");
  // What comes is drawn as well.
  await send(brokers, topic, [{ key: "sensor-0", value: { celsius: 77 } }]);
  await chart.press("End");
  await eventually(async () => {
    await chart.press("End");
    return (await legend.getByRole("button").first().innerText()).includes("77");
  }, "the newest value");

  await page.reload({ waitUntil: "commit" });
  await chart.waitFor();
  expect(await panel.getByRole("tab", { name: "Charts" }).getAttribute("aria-selected")).toBe("true");
});

test("of a flood the newest record is in sight, what was left out is counted, and a filter finds what is far back", async () => {
  const topic = await makeTopic("flood");
  const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`).join("\n");
  await ktOk(["produce", topic], { stdin: `${lines(0, 100)}\nthe Needle\n${lines(100, 20_000)}\n` });
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const list = visited.page.getByRole("dialog").getByRole("log");
  await list.getByText("line 19999", { exact: true }).waitFor();
  expect(await list.getByText("line 19500", { exact: true }).count()).toBe(1);
  await ktOk(["produce", topic], { stdin: `${lines(20_000, 45_000)}\n` });
  await list.getByText("line 44999", { exact: true }).waitFor();
  await visited.page.getByRole("dialog").getByText("skipped").waitFor();

  await visited.page.getByRole("searchbox", { name: `Filter of ${topic}` }).fill("needle");
  await list.getByText("the Needle").waitFor();
  expect(await list.locator("summary").count()).toBe(1);
});

test("bytes that are no text open as hexadecimal, with their size and a way to get them", async () => {
  const topic = await makeTopic("bytes");
  await pythonOk(
    `import sys
from kafka import KafkaProducer
producer = KafkaProducer(bootstrap_servers=sys.argv[1])
producer.send(sys.argv[2], b'\\x00\\xffkt' + bytes(40000), partition=0)
producer.flush()`,
    [brokers, topic],
  );
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const list = visited.page.getByRole("dialog").getByRole("log");
  await list.getByText("40 kB").click();
  await list.getByText("··kt············").waitFor();
  expect(await list.locator("pre").innerText()).toStartWith("00000000 00 ff 6b 74 00 00 00 00  00 00 00 00 00 00 00 00 ··kt");
  expect(await list.getByRole("link", { name: "Download" }).getAttribute("href")).toBe(`topics/${topic}/records/0/0`);
});

test("lines of text among JSON are shown as they are, and what Python writes for no number is in the table", async () => {
  const topic = await makeTopic("mixed");
  const text = [
    "2026-11-28 12:00:00 ERROR  failed to read 5 records from door 2",
    "  key = 10   20\t30 ",
    "retry in 3 s: true or false, null",
    '{"cut":"off at 12 ',
  ];
  await ktOk(["produce", topic], { stdin: `${text.join("\n")}\n{"a":  1,"b":"x  y"}\n` });
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const { page } = visited;
  const list = page.getByRole("dialog").getByRole("log");
  await list.locator(".name").first().waitFor();
  expect(await list.locator("summary .value").allTextContents()).toEqual([...text, '{"a": 1, "b": "x  y"}']);
  expect(await list.locator("summary .value").nth(1).innerText()).toBe(text[1] as string);

  const numbers = await makeTopic("nan");
  const lines = ["1", "NaN", "-Infinity", "4"].map((value, i) => `s${i}=\ufeff{"v":${value}}`);
  await ktOk(["produce", numbers, "-K", "="], { stdin: `${lines.join("\n")}\n` });
  await page.goto(`${served.url}/#/${numbers}`);
  await eventually(async () => (await rowsOf(page, numbers)).join(" ") === "s0,1 s1,NaN s2,-Infinity s3,4", "the table with what is no number");
});

test("times that no date can be leave the page whole, and what is no number leaves a gap in a chart", async () => {
  const topic = await makeTopic("odd", "--config", "message.timestamp.after.max.ms=9223372036854775807", "--config", "retention.ms=-1");
  const at = Date.now() - 10_000;
  const envelopes = [1, Number.NaN, 3, 4].map((v, i) => `{"key":"s","timestamp":${at + 1000 * i},"value":"{\\"celsius\\":${v}}"}\n`);
  await ktOk(["produce", topic, "--json"], { stdin: `{"key":"s","timestamp":4611686018427387904,"value":"{\\"celsius\\":2}"}\n${envelopes.join("")}` });
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const { page } = visited;
  const panel = page.getByRole("dialog");
  const failures: string[] = [];
  page.on("pageerror", (error) => failures.push(error.message));
  await eventually(async () => (await rowsOf(page, topic)).join(" ") === "s,4", "the latest value");
  await panel.getByRole("tab", { name: "List" }).click();
  const first = panel.getByRole("log").locator("summary").first();
  await first.waitFor();
  expect(await first.locator("time").innerText()).toBe("no date");
  await first.click();
  await panel.getByText("4611686018427387904 ms since 1970").waitFor();
  await panel.getByRole("tab", { name: "Charts" }).click();
  await panel.getByRole("img", { name: `celsius of ${topic} over time` }).waitFor();
  expect(failures).toEqual([]);
});
