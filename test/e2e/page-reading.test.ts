/** A list of records while somebody reads it: what it says, and that it stands still. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { Locator } from "playwright-core";
import { OwnBroker } from "./support/broker.ts";
import { visit } from "./support/browser.ts";
import { eventually, ktOk, makeTopic, serve } from "./support/kt.ts";

setDefaultTimeout(120_000);

const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `line ${from + i}`).join("\n");
const produce = (topic: string, text: string, ...options: string[]) => ktOk(["produce", topic, ...options], { stdin: `${text}\n` });
/** As fast as a list shows all of them. */
async function produceSlowly(topic: string, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += 150) {
    await produce(topic, lines(at, Math.min(to, at + 150)));
    await Bun.sleep(1000);
  }
}
const inSight = (row: Locator) =>
  row.evaluate((element) => {
    const [own, list] = [element.getBoundingClientRect(), (element.closest("[role=log]") as Element).getBoundingClientRect()];
    return own.top >= list.top - 1 && own.bottom <= list.bottom + 1;
  });

test("rows stay where they are under who reads further up, however much comes, and one press leads back to the newest", async () => {
  const topic = await makeTopic("scrolled");
  await produce(topic, lines(0, 600));
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const { page } = visited;
  const list = page.getByRole("dialog").getByRole("log");
  const row = (number: number) => list.getByText(`line ${number}`, { exact: true });
  await row(599).waitFor();
  await list.hover();
  await page.mouse.wheel(0, -1_000_000);
  await eventually(() => inSight(row(100)), "the first of the rows that are kept");
  const before = await row(105).boundingBox();
  // More than the list keeps.
  await produceSlowly(topic, 600, 1300);
  const newest = page.getByRole("button", { name: /^Newest ↓/ });
  await eventually(async () => (await newest.innerText()).includes("500+ new"), "the button says what waits");
  expect(await row(105).boundingBox()).toEqual(before);
  await newest.click();
  await eventually(() => inSight(row(1299)), "the newest row");
  await produce(topic, lines(1300, 1400));
  await eventually(() => inSight(row(1399)), "it follows again");
});

test("a record that is open stays, and is read to its end without being taken away", async () => {
  const topic = await makeTopic("opened");
  await produce(topic, lines(0, 50));
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const { page } = visited;
  const list = page.getByRole("dialog").getByRole("log");
  await list.getByText("line 49", { exact: true }).click();
  await list.locator("dl").waitFor();
  await list.hover();
  await page.mouse.wheel(0, 10_000);
  await produceSlowly(topic, 50, 700);
  await page
    .getByRole("button", { name: /^Newest ↓/ })
    .getByText("500+ new")
    .waitFor();
  expect(await list.locator("details[open] summary").innerText()).toContain("line 49");
  expect(await inSight(list.locator("details[open] dl"))).toBe(true);
});

test("however its size changes, a list that follows has its newest row in sight", async () => {
  const topic = await makeTopic("resized");
  await produce(topic, lines(0, 300));
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const { page } = visited;
  const newest = page.getByRole("dialog").getByRole("log").getByText("line 299", { exact: true });
  await newest.waitFor();
  for (const height of [300, 900, 250, 1100, 400]) {
    await page.setViewportSize({ width: height + 300, height });
    await eventually(() => inSight(newest), `the newest row at a height of ${height}`);
  }
  await produce(topic, lines(300, 301));
  await eventually(() => inSight(page.getByRole("log").getByText("line 300", { exact: true })), "it follows after all that");
});

test("in the overview the wheel goes on to the page where a panel has no more", async () => {
  await using broker = await OwnBroker.start();
  for (const name of ["a", "b", "c", "d", "e", "f", "g", "h"])
    await ktOk(["produce", name], { stdin: `${lines(0, 60)}\n`, env: { KT_BROKERS: broker.address } });
  await using served = await serve(broker.address);
  await using visited = await visit(served.url);
  const { page } = visited;
  await page.setViewportSize({ width: 700, height: 600 });
  const first = page.getByRole("log", { name: "Records of a" });
  await first.getByText("line 59", { exact: true }).waitFor();
  await page.getByRole("log", { name: "Records of h" }).waitFor({ state: "attached" });
  await first.hover();
  await eventually(async () => {
    await page.mouse.wheel(0, 200);
    return (await page.evaluate(() => scrollY)) > 0;
  }, "the page is scrolled");
});

test("records of other days say of which, and clocks say whose time they show", async () => {
  const topic = await makeTopic("days");
  const at = (iso: string) => Date.parse(iso);
  const envelope = (key: string, timestamp: number) => JSON.stringify({ key, timestamp, value: `{"v":1,"of":"${key}"}` });
  const records = [envelope("old", at("2025-12-31T20:00:00.120Z")), envelope("now", Date.now())];
  await ktOk(["produce", topic, "--json"], { stdin: `${records.join("\n")}\n` });
  await using served = await serve();
  await using visited = await visit("about:blank");
  // Half past one on the first of January there.
  const page = await visited.newPage({ timezoneId: "Asia/Kolkata" });
  await page.goto(`${served.url}/#/${topic}`);
  const panel = page.getByRole("dialog");
  await panel.getByRole("rowheader", { name: "old" }).waitFor();
  const updated = panel.getByRole("row", { name: "old" }).locator("time");
  expect(await updated.innerText()).toMatch(/^1 Jan( 2026)? 01:30:00$/);
  expect(await updated.getAttribute("title")).toContain("2026-01-01 01:30:00.120 UTC+5:30 = 2025-12-31T20:00:00.120Z");
  await panel.getByText("UTC+5:30").waitFor();
  await panel.getByRole("tab", { name: "List" }).click();
  const times = panel.getByRole("log").locator("summary time");
  await eventually(async () => (await times.count()) === 2, "two records");
  expect(await times.first().innerText()).toMatch(/^1 Jan( 2026)? 01:30:00\.120$/);
  expect(await times.first().getAttribute("title")).toBe("2026-01-01 01:30:00.120 UTC+5:30 = 2025-12-31T20:00:00.120Z");
  expect(await times.last().innerText()).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
  await panel.getByText("UTC+5:30").waitFor();
  await panel.getByRole("tab", { name: "Charts" }).click();
  await panel.getByRole("list", { name: "Lines" }).getByText("UTC+5:30").waitFor();
});

test("a log that cannot be read is said to be so, not to be empty, and is read when it can be", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await ktOk(["produce", "notes"], { stdin: `${lines(0, 20)}\nthe needle\n${lines(20, 30)}\n`, env });
  await using served = await serve(broker.address);
  await using visited = await visit(`${served.url}/#/notes`);
  const panel = visited.page.getByRole("dialog");
  await panel.getByText("line 29", { exact: true }).waitFor();
  await broker.pause(1);
  await visited.page.getByRole("searchbox").fill("needle");
  await panel.getByRole("status").getByText("cannot be read now").waitFor({ timeout: 60_000 });
  expect(await panel.getByText("Not found").count()).toBe(0);
  await broker.resume(1);
  await panel.getByRole("log").getByText("the needle").waitFor({ timeout: 60_000 });
  expect(await panel.getByText("cannot be read now").count()).toBe(0);
});

test("what a search looked through is counted by records, not by offsets", async () => {
  const topic = await makeTopic("counted");
  const noise = Array.from({ length: 3 }, (_, i) => lines(20 * i, 20 * (i + 1)));
  // Each transaction's end takes an offset that is no record.
  for (const text of noise) await ktOk(["produce", topic, "--transaction"], { stdin: `${text}\n` });
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  await visited.page.getByRole("log").getByText("line 59", { exact: true }).waitFor();
  await visited.page.getByRole("searchbox", { name: topic }).fill("nowhere");
  await visited.page.getByText("Not found among all 60 records; what comes is looked through too.").waitFor();
});

test("a link to what is not shown says why, and the empty page's commands name the broker that is meant", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await ktOk(["topic", "create", "later"], { env });
  await using served = await serve(broker.address);
  await using visited = await visit(`${served.url}/#/later`);
  const { page } = visited;
  const note = page.locator(".note");
  await note.getByText("The topic “later” has no records. It opens here when one comes.").waitFor();
  const [emit, send] = await page.locator(".welcome code").allInnerTexts();
  expect(emit).toBe(`kt emit-video clip.mp4 --brokers ${broker.address}`);
  expect(send).toBe(`kt produce sample "hi" --brokers ${broker.address}`);
  await ktOk(["produce", "later", "hi"], { env });
  await page.getByRole("dialog", { name: "Records of later" }).getByText("hi").waitFor();
  await ktOk(["topic", "delete", "later", "--yes"], { env });
  await note.getByText("The topic “later” was deleted. It opens here if it is made again.").waitFor();
  await page.goto(`${served.url}/#/never`);
  await note.getByText("There is no topic “never”. It opens here if it is made.").waitFor();
});
