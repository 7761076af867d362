/** The page's timeline in Chromium: what it shows of the log, the clip that is marked on it, and what the page takes back. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { OwnBroker } from "./support/broker.ts";
import { paints, visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, type Served, serve, startKt, type TempFolder, tempFolder } from "./support/kt.ts";
import { writeYard } from "./support/yard.ts";

setDefaultTimeout(120_000);

const startMs = Math.floor(Date.now() / 60_000) * 60_000 - 4 * 3_600_000;
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
  const takes = [
    { key: "day", from: 0, to: 5400, rate: 0.25 },
    { key: "broken", from: 0, to: 100, rate: 1 },
    { key: "broken", from: 5300, to: 5400, rate: 1 },
  ];
  await writeYard(broker.address, "yard", startMs, takes, folder.path);
  served = await serve(broker.address);
});

afterAll(async () => {
  await served?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

const slider = (page: Page) => page.getByRole("slider", { name: "Time" });
const place = async (page: Page) => Number(await slider(page).getAttribute("aria-valuenow"));

async function boxOf(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await slider(page).boundingBox();
  if (!box) throw new Error("there is no timeline");
  return box;
}

async function pointAt(page: Page, part: number): Promise<void> {
  const { x, y, width, height } = await boxOf(page);
  await page.mouse.move(x + width * part, y + height / 2);
}

/** The time that the timeline says below the pointer, at a part of its length. */
async function timeBelow(page: Page, part: number): Promise<number> {
  // A pointer that rests says the time over which it came to rest.
  await pointAt(page, 0.5);
  await pointAt(page, part);
  const text = await page.locator(".peek span").last().innerText();
  const [, hours, minutes, seconds] = /(\d+):(\d+):(\d+)$/.exec(text) ?? [];
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

/** How much later one time of day is than another, which midnight may lie between, ms. */
const laterBy = (one: number, other: number) => ((one - other + 1.5 * 86_400_000) % 86_400_000) - 86_400_000 / 2;

/** How much of the log the timeline shows, ms. */
async function shownMs(page: Page): Promise<number> {
  return laterBy(await timeBelow(page, 0.999), await timeBelow(page, 0.001)) / 0.998;
}

/** What a wheel of a mouse, or a trackpad, says to the timeline. */
async function wheel(page: Page, part: number, x: number, y: number): Promise<void> {
  await pointAt(page, part);
  await page.mouse.wheel(x, y);
}

test("a trackpad's small steps zoom little by little, and sideways they show what is beside", async () => {
  await using visited = await visit(`${served.url}/?topic=yard&key=day&at=${iso(2700)}#/yard/day`);
  const { page } = visited;
  await slider(page).waitFor();
  const allMs = await shownMs(page);
  expect(allMs).toBeWithin(5_200_000, 5_500_000);
  for (let step = 0; step < 30; step++) await wheel(page, 0.5, 0, -4);
  await page.getByRole("button", { name: "Show all" }).waitFor();
  const zoomedMs = await shownMs(page);
  expect(zoomedMs).toBeWithin(allMs * 0.4, allMs * 0.9);
  const before = await timeBelow(page, 0.5);
  for (let step = 0; step < 10; step++) await wheel(page, 0.5, -20, 0);
  await eventually(async () => laterBy(before, await timeBelow(page, 0.5)) > zoomedMs / 20, "earlier times");
  expect(await shownMs(page)).toBeWithin(zoomedMs * 0.97, zoomedMs * 1.03);
  // Further than the begin there is nothing.
  for (let step = 0; step < 30; step++) await wheel(page, 0.5, -500, 0);
  const begin = new Date(startMs);
  const beginMs = ((begin.getHours() * 60 + begin.getMinutes()) * 60 + begin.getSeconds()) * 1000;
  expect(laterBy(await timeBelow(page, 0.001), beginMs)).toBeWithin(0, zoomedMs * 0.02);
  await page.getByRole("button", { name: "Show all" }).click();
  expect(await shownMs(page)).toBeWithin(allMs * 0.98, allMs * 1.02);
});

test("a timeline that is zoomed goes along with live", async () => {
  const clip = await makeClip(`${folder.path}/live.mp4`, { seconds: 20, rate: 10, size: "160x120" });
  await using _emitter = startKt(["emit-video", clip, "--topic", "live", "--name", "cam", "--loop"], { env });
  await using visited = await visit(`${served.url}/#/live/cam`);
  const { page } = visited;
  await slider(page).waitFor();
  await eventually(async () => (await shownMs(page)) > 12_000, "twelve seconds of the log", 40_000);
  for (let step = 0; step < 4; step++) await wheel(page, 0.999, 0, -100);
  await page.getByRole("button", { name: "Show all" }).waitFor();
  const lengthMs = await shownMs(page);
  expect(lengthMs).toBeLessThan(9000);
  const end = await timeBelow(page, 0.999);
  await eventually(async () => laterBy(await timeBelow(page, 0.999), end) > lengthMs, "later times than it showed");
  expect(await shownMs(page)).toBeWithin(lengthMs - 2100, lengthMs + 2100);
  expect(await page.getByRole("button", { name: "Live", exact: true }).getAttribute("aria-pressed")).toBe("true");
});

test("two fingers zoom and move the timeline and jump nowhere; one jumps and drags", async () => {
  await using visited = await visit("about:blank");
  const page = await visited.newPage({ viewport: { width: 390, height: 800 }, hasTouch: true });
  await page.goto(`${served.url}/?topic=yard&key=day&at=${iso(2700)}#/yard/day`, { waitUntil: "commit" });
  await slider(page).waitFor();
  await eventually(async () => (await place(page)) === at(2700), "the linked place");
  const { x, y, width, height } = await boxOf(page);
  const session = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...parts: number[]) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: parts.map((part, id) => ({ x: x + width * part, y: y + height / 2, id })) });
  await touch("touchStart", 0.4);
  await touch("touchStart", 0.4, 0.6);
  for (const by of [0.05, 0.1, 0.15, 0.2]) await touch("touchMove", 0.4 - by, 0.6 + by);
  await touch("touchEnd", 0.2);
  await touch("touchEnd");
  await page.getByRole("button", { name: "Show all" }).waitFor();
  expect(await place(page)).toBe(at(2700));
  await touch("touchStart", 0.5);
  for (const part of [0.55, 0.65, 0.75]) await touch("touchMove", part);
  await touch("touchEnd");
  // A third of what was zoomed is 1800 s: a quarter of that on from the middle.
  await eventually(async () => Math.abs((await place(page)) - at(2700 + 450)) < 60_000, "a quarter of what is shown on");
});

test("marks are handles with their length; more than an hour is said to be too long, and they can be cleared", async () => {
  await using visited = await visit(`${served.url}/?topic=yard&key=day&at=${iso(400)}#/yard/day`);
  const { page } = visited;
  await slider(page).waitFor();
  await eventually(async () => (await place(page)) === at(400), "the linked place");
  await page.keyboard.press("i");
  const { x, y, width, height } = await boxOf(page);
  await page.mouse.click(x + width * 0.9, y + height / 2);
  await eventually(async () => (await place(page)) > at(4800), "the place that was clicked");
  await page.keyboard.press("o");
  // More than an hour: said before anything is asked for, and after.
  await page.getByText("a clip is 1:00:00 at most").first().waitFor();
  await page.keyboard.press("c");
  await page.getByRole("status").filter({ hasText: "kt consume yard --key 'day' --record FILE has no limit" }).waitFor();

  const end = page.getByRole("slider", { name: "End of the clip" });
  const box = await end.boundingBox();
  if (!box) throw new Error("there is no handle");
  const before = await place(page);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.2, y + height / 2, { steps: 8 });
  await page.mouse.up();
  const marked = async (name: string) => Number(await page.getByRole("slider", { name }).getAttribute("aria-valuenow"));
  const lengthMs = (await marked("End of the clip")) - (await marked("Begin of the clip"));
  expect(lengthMs).toBeWithin(600_000, 760_000);
  expect(await place(page)).toBe(before);
  const two = (value: number) => String(value).padStart(2, "0");
  const seconds = Math.round(lengthMs / 1000);
  await page.getByText(`${Math.floor(seconds / 60)}:${two(seconds % 60)}`, { exact: true }).waitFor();
  const [clip] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("c")]);
  expect(clip.suggestedFilename()).toEndWith(".mp4");
  await page.getByRole("button", { name: "Clear the marks" }).click();
  await eventually(async () => (await page.getByRole("slider").count()) === 1, "no marks");
});

test("a clip that the server has nothing for says so", async () => {
  await using visited = await visit(`${served.url}/?topic=yard&key=broken&at=${iso(1000)}#/yard/broken`);
  const { page } = visited;
  await page.getByText("Nothing recorded").first().waitFor();
  await page.keyboard.press("c");
  await page.getByRole("status").filter({ hasText: "The log holds no picture of 'broken' in 'yard'" }).waitFor();
});

test("what the page asked for and needs no more is taken back", async () => {
  await using visited = await visit("about:blank");
  const { page } = visited;
  const said: { type: string; request?: number }[] = [];
  let slow = false;
  // A slow link: answers take a while.
  await page.routeWebSocket(/\/ws$/, (route) => {
    const server = route.connectToServer();
    route.onMessage((message) => {
      said.push(JSON.parse(String(message)) as { type: string; request?: number });
      server.send(message);
    });
    server.onMessage((message) => void (slow ? setTimeout(() => route.send(message), 3000) : route.send(message)));
  });
  await page.goto(`${served.url}/?topic=yard&key=day&at=${iso(400)}#/yard/day`, { waitUntil: "commit" });
  await eventually(async () => (await paints(page)).length > 0 && (await slider(page).count()) > 0, "the first picture");
  slow = true;
  const asked = said.length;
  await page.keyboard.press("ArrowRight");
  const of = (type: string) => said.slice(asked).filter((message) => message.type === type);
  const first = await eventually(() => of("piece")[0], "a piece is asked for");
  await page.keyboard.press("End");
  await eventually(() => of("withdraw").some(({ request }) => request === first.request), "it is taken back", 2000);
});
