/** The page on a phone, and the two columns of a wide screen. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { CDPSession, Page } from "playwright-core";
import { faults } from "./support/axe.ts";
import { OwnBroker } from "./support/broker.ts";
import { visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, type Served, serve, tempFolder } from "./support/kt.ts";

setDefaultTimeout(180_000);

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const leastTarget = 44;

let broker: OwnBroker;
let served: Served;
beforeAll(async () => {
  broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await using folder = await tempFolder();
  const wide = await makeClip(`${folder.path}/wide.mp4`, { size: "320x180", rate: 10 });
  const square = await makeClip(`${folder.path}/square.mp4`, { size: "160x160", rate: 10 });
  await ktOk(["emit-video", `a=${wide}`, `b=${square}`, `c=${wide}`, `d=${wide}`, `e=${wide}`, "--topic", "street", "--fast"], { env });
  for (const topic of ["orders", "scores", "weather"]) {
    const rows = Array.from({ length: 40 }, (_, i) => `k${i % 7}:{"home":${i},"name":"${topic} ${i}"}`);
    await ktOk(["produce", topic, "-K", ":"], { env, stdin: rows.join("\n") });
  }
  await ktOk(["produce", "log"], { env, stdin: Array.from({ length: 60 }, (_, i) => `line ${i}`).join("\n") });
  served = await serve(broker.address);
});
afterAll(async () => {
  await served?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
});

const tile = (page: Page, name: string) => page.getByRole("group", { name: `${name}, topic street` });
const box = async (page: Page, selector: string) => (await page.locator(selector).first().boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };

/** What can be pressed and is smaller than a finger. */
const tooSmall = (page: Page) =>
  page.evaluate(
    (least) =>
      [...document.querySelectorAll("button, a, select, input, summary, [role=tab]")]
        .filter((element) => {
          const { width, height } = element.getBoundingClientRect();
          return width > 0 && height > 0 && !element.closest("[inert]") && (width < least || height < least);
        })
        .map((element) => element.getAttribute("aria-label") ?? element.textContent),
    leastTarget,
  );

test("on a phone the tiles are as wide as the screen and in their own shape, and the data is a tab away", async () => {
  await using visited = await visit("about:blank");
  const page = await visited.newPage(phone);
  await page.goto(served.url, { waitUntil: "commit" });
  await page.getByText("Ended", { exact: true }).first().waitFor();
  const pictureOf = async (name: string) => (await tile(page, name).getByRole("button", { name: "Enlarge" }).boundingBox()) ?? { width: 0, height: 1 };
  for (const [name, aspect] of [
    ["a", 16 / 9],
    ["b", 1],
  ] as const) {
    const { width, height } = await pictureOf(name);
    expect(width).toBeGreaterThan(phone.viewport.width - 2 * 16);
    expect(width / height).toBeCloseTo(aspect, 1);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(phone.viewport.width);
  expect(await tooSmall(page)).toEqual([]);
  expect(await page.getByRole("group", { name: "Records of log" }).isVisible()).toBe(false);

  await page.evaluate(() => scrollTo(0, 5000));
  await page.getByRole("tab", { name: "Data" }).tap();
  await page.getByRole("group", { name: "Records of orders" }).getByText("orders 39").waitFor();
  expect((await box(page, ".panel")).y).toBeLessThan(phone.viewport.height / 3);
  expect(await tooSmall(page)).toEqual([]);
  // What is not to be seen is not sent either.
  await eventually(
    () =>
      page.evaluate(() =>
        Object.values((globalThis as unknown as { __kt: { tiles: Record<string, { watched: boolean }> } }).__kt.tiles).every(({ watched }) => !watched),
      ),
    "no stream is asked for",
  );
  expect(await faults(page)).toEqual([]);

  // Large and back: the panels are there again.
  await page.getByRole("button", { name: "Enlarge scores" }).tap();
  await page.getByRole("dialog", { name: "Records of scores" }).waitFor();
  expect(await tooSmall(page)).toEqual([]);
  await page.getByRole("button", { name: "Back to the overview" }).tap();
  await page.getByRole("group", { name: "Records of scores" }).waitFor();
  await page.getByRole("tab", { name: "Video" }).tap();
  await tile(page, "a").waitFor();
});

async function swipe(session: CDPSession, from: [number, number], to: [number, number]): Promise<void> {
  const at = (part: number) => [{ x: from[0] + (to[0] - from[0]) * part, y: from[1] + (to[1] - from[1]) * part }];
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
  for (const part of [0.25, 0.5, 0.75, 1]) await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(part) });
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

test("in the player a finger drawn sideways goes from stream to stream, and does nothing else", async () => {
  await using visited = await visit("about:blank");
  const page = await visited.newPage(phone);
  await page.goto(`${served.url}/#/street/a`, { waitUntil: "commit" });
  const large = (name: string) => page.getByRole("dialog", { name: `${name}, topic street` });
  await large("a").getByRole("slider", { name: "Time" }).waitFor();
  const session = await page.context().newCDPSession(page);
  await swipe(session, [300, 300], [80, 310]);
  await large("b").waitFor();
  await swipe(session, [80, 300], [300, 290]);
  await large("a").waitFor();
  // From the first it goes round, as the buttons do.
  await swipe(session, [80, 300], [300, 300]);
  await large("e").waitFor();
  // Drawn down, or by a little, it stays.
  await swipe(session, [200, 200], [230, 400]);
  await swipe(session, [200, 300], [225, 300]);
  await large("e").waitFor();
  expect(await large("e").getByRole("button", { name: "Pause", exact: true }).isVisible()).toBe(true);

  expect(await tooSmall(page)).toEqual([]);
  expect(await page.getByRole("button", { name: "Keys" }).count()).toBe(0);
  expect(await faults(page)).toEqual([]);
});

test("beside the wall panels are shut and opened, which is remembered, and the page alone scrolls", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await page.setViewportSize({ width: 1440, height: 700 });
  const scores = page.getByRole("group", { name: "Records of scores" });
  await scores.getByText("scores 39").waitFor();
  const before = (await scores.boundingBox())?.height ?? 0;
  const openHeight = async () => (await page.getByRole("group", { name: "Records of orders" }).boundingBox())?.height ?? 0;
  const shared = await openHeight();

  // Four panels are more than the screen has room for; the wall fits, and stays.
  const scrollers = () =>
    page.evaluate(
      () =>
        [...document.querySelectorAll("main, main > *")].filter((one) => one.scrollHeight > one.clientHeight && getComputedStyle(one).overflowY !== "visible")
          .length,
    );
  expect(await scrollers()).toBe(0);
  await page.mouse.move(1300, 55);
  await page.evaluate(() => scrollTo(0, 1e6));
  await tile(page, "a").waitFor();
  expect((await tile(page, "a").boundingBox())?.y).toBeGreaterThanOrEqual(0);
  const end = await page.getByRole("group", { name: "Records of log" }).boundingBox();
  expect((end?.y ?? 0) + (end?.height ?? 0)).toBeLessThanOrEqual(700);

  for (const name of ["scores", "weather", "log"]) await page.getByRole("button", { name, exact: true }).click();
  await scores.getByRole("table").waitFor({ state: "detached" });
  expect((await scores.boundingBox())?.height).toBeLessThan(before / 3);
  // What stays open has their room.
  expect(await openHeight()).toBeGreaterThan(shared);
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(760);
  await page.reload({ waitUntil: "commit" });
  const fold = page.getByRole("button", { name: "scores", exact: true });
  await fold.waitFor();
  expect(await fold.getAttribute("aria-expanded")).toBe("false");
  await fold.click();
  await scores.getByText("scores 39").waitFor();
});

test("a wall that is taller than the screen is scrolled to its end beside panels that fit", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await page.setViewportSize({ width: 1120, height: 420 });
  await tile(page, "e").waitFor();
  for (const name of ["scores", "weather", "log", "orders"]) await page.getByRole("button", { name, exact: true }).click();
  await page.evaluate(() => scrollTo(0, 1e6));
  const seen = async (locator: ReturnType<typeof tile>) => {
    const at = await locator.boundingBox();
    return at !== null && at.y >= 0 && at.y + at.height <= 420;
  };
  await eventually(() => seen(tile(page, "e")), "the last tile");
  for (const name of ["log", "orders"]) expect(await seen(page.getByRole("group", { name: `Records of ${name}` }))).toBe(true);
  // And large above both columns.
  await tile(page, "e").getByRole("button", { name: "Enlarge" }).click();
  const close = page.getByRole("button", { name: "Back to the overview" });
  await close.click();
  await close.waitFor({ state: "detached" });
});
