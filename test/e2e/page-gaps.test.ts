/** The page's player where the log has nothing: in gaps, before and after all, and when a source is silent. In Chromium. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { OwnBroker } from "./support/broker.ts";
import { paints, visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, type Served, serve, startKt, type TempFolder, tempFolder } from "./support/kt.ts";
import { writeYard } from "./support/yard.ts";

setDefaultTimeout(120_000);

const hourMs = 3_600_000;
const startMs = Math.floor(Date.now() / 60_000) * 60_000 - 2 * hourMs;
const at = (seconds: number) => startMs + seconds * 1000;
const iso = (seconds: number) => new Date(at(seconds)).toISOString();

let broker: OwnBroker;
let served: Served;
let folder: TempFolder;
let env: { KT_BROKERS: string };

beforeAll(async () => {
  broker = await OwnBroker.start();
  env = { KT_BROKERS: broker.address };
  folder = await tempFolder();
  await ktOk(["topic", "create", "yard"], { env });
  await writeYard(
    broker.address,
    "yard",
    startMs,
    [
      { key: "steady", from: 0, to: 900, rate: 4 },
      { key: "broken", from: 0, to: 100, rate: 4 },
      { key: "broken", from: 820, to: 900, rate: 4 },
      { key: "late", from: 840, to: 900, rate: 4 },
    ],
    folder.path,
  );
  served = await serve(broker.address);
});

afterAll(async () => {
  await served?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

const lastOf = async (page: Page, key: string) => (await paints(page)).findLast((paint) => paint.key === key)?.timestampMs;
const place = async (page: Page) => Number(await page.getByRole("slider", { name: "Time" }).getAttribute("aria-valuenow"));
const live = (page: Page) => page.getByRole("button", { name: "Live", exact: true });
const isSameDay = (a: number, b: number) => new Date(a).toDateString() === new Date(b).toDateString();
const timeOf = (ms: number) => new Date(ms).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
/** With the day where that is not today: soon after midnight the log is of yesterday. */
const clockOf = (ms: number) =>
  isSameDay(ms, Date.now()) ? timeOf(ms) : `${new Date(ms).toLocaleDateString("en-GB", { day: "numeric", month: "short" })} ${timeOf(ms)}`;
const stretchOf = (fromMs: number, toMs: number) => `${clockOf(fromMs)} to ${isSameDay(fromMs, toMs) ? timeOf(toMs) : clockOf(toMs)}`;

test("a time at which nothing was recorded says so, and from when to when", async () => {
  await using visited = await visit(`${served.url}/?topic=yard&key=broken&at=${iso(400)}#/yard/broken`);
  const { page } = visited;
  await page
    .getByText(`Nothing recorded ${stretchOf(at(100), at(820))}`, { exact: false })
    .first()
    .waitFor();
  // The next picture is of its time again.
  await page.keyboard.press(".");
  await eventually(async () => (await lastOf(page, "broken")) === at(820), "the first picture after the gap");
  await eventually(async () => (await page.getByText("Nothing recorded").count()) === 0, "no word of a gap");
  // After its end, too.
  await page.goto(`${served.url}/?topic=yard&key=broken&at=${iso(1200)}#/yard/broken`, { waitUntil: "commit" });
  await page
    .getByText(`Nothing recorded since ${clockOf(at(899))}`, { exact: false })
    .first()
    .waitFor();
  expect(await lastOf(page, "broken")).toBe(at(899.75));
});

test("a time before or after all that the log holds is the nearest one that it holds", async () => {
  for (const [asked, shown] of [
    ["2090-01-01T00:00:00Z", 899.75],
    ["1970-01-02T00:00:00Z", 0],
  ] as const) {
    await using visited = await visit(`${served.url}/?topic=yard&key=steady&at=${asked}#/yard/steady`);
    const { page } = visited;
    await page.getByRole("slider", { name: "Time" }).waitFor();
    await eventually(
      async () => (await place(page)) === at(shown),
      () => `the picture at ${shown} s`,
    );
    expect(await lastOf(page, "steady")).toBe(at(shown));
    expect(await page.getByText("Nothing recorded").count()).toBe(0);
  }
});

test("together, the time goes on evenly past a stream that has nothing there, which says so", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await eventually(async () => new Set((await paints(page)).map(({ key }) => key)).size === 3, "all three streams");
  await page.getByRole("button", { name: "Together" }).click();
  const line = page.getByRole("slider", { name: "Time" });
  await line.waitFor();
  await page.keyboard.press("Home");
  await eventually(async () => (await place(page)) < at(30), "the begin");
  const readings: { placeMs: number; steadyMs: number }[] = [];
  for (const until = performance.now() + 6000; performance.now() < until; await Bun.sleep(100))
    readings.push({ placeMs: await place(page), steadyMs: (await lastOf(page, "steady")) ?? 0 });
  const places = readings.map(({ placeMs }) => placeMs);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places.at(-1)).toBeWithin(at(1), at(30));
  // What is shown is of the time that is said.
  for (const { placeMs, steadyMs } of readings.slice(-20)) expect(Math.abs(placeMs - steadyMs)).toBeLessThan(2000);
  await page
    .getByText(`Nothing recorded before ${clockOf(at(840))}`)
    .first()
    .waitFor();
  // Into the gap of the second, backwards and at sixteen times.
  await page.keyboard.press("k");
  const box = await line.boundingBox();
  if (!box) throw new Error("there is no timeline");
  const share = (600 / ((await line.getAttribute("aria-valuemax").then(Number)) - startMs)) * 1000;
  await page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
  await eventually(async () => Math.abs(((await lastOf(page, "steady")) ?? 0) - at(600)) < 20_000, "ten minutes on");
  await page
    .getByText(`Nothing recorded ${stretchOf(at(100), at(820))}`)
    .first()
    .waitFor();
  const from = await place(page);
  await page.getByRole("combobox", { name: "Speed" }).selectOption("16");
  await eventually(async () => (await place(page)) > from + 30_000, "half a minute of the log");
  await page.keyboard.press("k");
  await eventually(async () => Math.abs(((await lastOf(page, "steady")) ?? 0) - (await place(page))) < 2000, "the picture of the time that is said");
});

test("together, what nobody records any more is not drawn up to now, and Live is not green", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await page.getByRole("button", { name: "Together" }).click();
  await page.locator(".stretch").first().waitFor();
  const line = await page.locator(".line").boundingBox();
  const ends = await page.locator(".stretch").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right));
  expect(line && (Math.max(...ends) - line.x) / line.width).toBeLessThan(0.5);
  expect(await live(page).getAttribute("class")).not.toContain(" on");
});

test("Live is green while pictures come, and no more once the source is silent", async () => {
  const clip = await makeClip(`${folder.path}/door.mp4`, { seconds: 20, rate: 10, size: "160x120" });
  await using emitter = startKt(["emit-video", clip, "--topic", "door", "--name", "cam", "--loop"], { env });
  await using visited = await visit(`${served.url}/#/door/cam`);
  const { page } = visited;
  const isGreen = async () => (await live(page).getAttribute("class"))?.split(" ").includes("on") === true;
  await page.getByRole("slider", { name: "Time" }).waitFor();
  await eventually(isGreen, "Live is green");

  // Back from the past there is a signal: nobody is told otherwise meanwhile.
  await page.keyboard.press("k");
  await Bun.sleep(6000);
  await page.evaluate(() => {
    const told: string[] = [];
    Object.assign(globalThis, { told });
    new MutationObserver(() => told.push(document.body.innerText)).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await page.keyboard.press("End");
  await eventually(isGreen, "Live is green again");
  await Bun.sleep(1500);
  const told = await page.evaluate(() => (globalThis as unknown as { told: string[] }).told);
  expect(told.length).toBeGreaterThan(0);
  expect(told.filter((text) => text.includes("No signal"))).toEqual([]);

  await emitter[Symbol.asyncDispose]();
  await page
    .getByText(/No signal for/)
    .first()
    .waitFor();
  expect(await live(page).getAttribute("aria-pressed")).toBe("true");
  await eventually(async () => !(await isGreen()), "Live is not green");
});
