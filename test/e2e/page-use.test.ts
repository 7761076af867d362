/** Getting about the page in Chromium: keys, focus, the way back, what is said above it, and the links that lead to it. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { OwnBroker } from "./support/broker.ts";
import { paints, visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, type Served, serve, startKt, type TempFolder, tempFolder } from "./support/kt.ts";
import type { Running } from "./support/process.ts";

setDefaultTimeout(120_000);

let broker: OwnBroker;
let served: Served;
let folder: TempFolder;
let env: { KT_BROKERS: string };
const cameras: Running[] = [];
const names = ["a", "b"];

beforeAll(async () => {
  broker = await OwnBroker.start();
  env = { KT_BROKERS: broker.address };
  served = await serve(broker.address);
  folder = await tempFolder();
  const clip = await makeClip(`${folder.path}/yard.mp4`, { seconds: 20, rate: 5, size: "160x120" });
  await ktOk(["topic", "create", "yard"], { env });
  for (const name of names) cameras.push(startKt(["emit-video", clip, "--topic", "yard", "--name", name, "--codec", "mjpeg", "--loop"], { env }));
  for (const name of ["c", "short"]) await ktOk(["emit-video", clip, "--topic", "film", "--name", name, "--codec", "mjpeg", "--fast"], { env });
  await eventually(
    async () => {
      const known = await (await fetch(`${served.url}/topics`)).text();
      return ["a", "b", "c", "short"].every((key) => known.includes(`"key":"${key}"`));
    },
    "the streams are there",
    60_000,
  );
}, 120_000);

afterAll(async () => {
  for (const camera of cameras) await camera[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const tile = (page: Page, name: string, role: "group" | "dialog" = "group") => page.getByRole(role, { name: `${name}, topic` });
const pictureOf = (of: Locator) => of.locator(".picture");
const together = (page: Page) => page.getByRole("button", { name: "Together" });
/** What has the focus: the stream's name where it is in a tile. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element?.classList.contains("picture") ? element.closest(".tile")?.getAttribute("aria-label")?.split(",")[0] : element?.tagName.toLowerCase();
  });

async function openPlayer(page: Page, name: string): Promise<Locator> {
  await pictureOf(tile(page, name)).click();
  const player = tile(page, name, "dialog");
  await player.waitFor();
  await player.getByRole("slider", { name: "Time" }).waitFor();
  return player;
}

test("Space after a click on a button is the player's, and a button that Tab leads to keeps it", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await tile(page, "b").waitFor();
  await together(page).click();
  const bar = page.getByRole("region", { name: "All streams" });
  await bar.waitFor();
  await page.keyboard.press(" ");
  await bar.getByRole("button", { name: "Play", exact: true }).waitFor();
  expect(await together(page).getAttribute("aria-pressed")).toBe("true");
  await page.keyboard.press(" ");
  await bar.getByRole("button", { name: "Pause", exact: true }).waitFor();
  // A list that a pointer chose from gives the keys back as well.
  const speed = bar.getByRole("combobox", { name: "Speed" });
  await speed.click();
  await page.keyboard.press("Escape");
  await speed.selectOption("0.5");
  await page.keyboard.press("k");
  await bar.getByRole("button", { name: "Play", exact: true }).waitFor();
  // By the keyboard it is the button's own key.
  await page.keyboard.press("Tab");
  await together(page).focus();
  await page.keyboard.press(" ");
  await bar.waitFor({ state: "detached" });
});

test("Escape closes what is in front, and what had the focus before has it again", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await tile(page, "b").waitFor();
  const player = await openPlayer(page, "b");
  await page.keyboard.press("?");
  const help = player.getByRole("region", { name: "Keys" });
  await help.waitFor();
  await page.keyboard.press("Escape");
  await help.waitFor({ state: "detached" });
  expect(await player.isVisible()).toBe(true);
  expect(await focused(page)).toBe("b");

  await page.keyboard.press("t");
  await player.getByLabel("Time to jump to").waitFor();
  await page.keyboard.press("Escape");
  await player.getByLabel("Time to jump to").waitFor({ state: "detached" });
  expect(await player.isVisible()).toBe(true);
  expect(await focused(page)).toBe("b");
  // Opened with its button, the focus is the button's.
  const jump = player.getByRole("button", { name: "Jump to a time" });
  await jump.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  await player.getByLabel("Time to jump to").waitFor({ state: "detached" });
  expect(await jump.evaluate((button) => button === document.activeElement)).toBe(true);
  // And of the player itself, the tile's.
  await page.keyboard.press("Escape");
  await tile(page, "b").waitFor();
  await eventually(async () => (await focused(page)) === "b", "the focus on the tile that was large");
});

test("what was closed is not opened again by going back, and going back closes what is open", async () => {
  await using visited = await visit("about:blank");
  const { page } = visited;
  await page.goto(served.url, { waitUntil: "commit" });
  await tile(page, "a").waitFor();
  await openPlayer(page, "a");
  await page.keyboard.press("Shift+N");
  await tile(page, "b", "dialog").waitFor();
  await page.goBack({ waitUntil: "commit" });
  await tile(page, "a").waitFor();
  await page.waitForURL(({ hash }) => hash === "", { waitUntil: "commit" });
  await openPlayer(page, "c");
  await page.keyboard.press("Escape");
  await tile(page, "c").waitFor();
  await eventually(async () => new URL(page.url()).hash === "", "the wall's address");
  await page.goBack({ waitUntil: "commit" });
  await eventually(() => page.url() === "about:blank", "what was there before the page");
  // A link led to it: there is no wall before it in the history.
  await page.goto(`${served.url}/#/film/c`, { waitUntil: "commit" });
  await tile(page, "c", "dialog").waitFor();
  await page.keyboard.press("Escape");
  await tile(page, "c").waitFor();
  await page.goBack({ waitUntil: "commit" });
  await eventually(() => page.url() === "about:blank", "what was there before the link");
});

test("the arrow keys lead from tile to tile, as they stand", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await tile(page, "short").waitFor();
  const { order, columns } = await page.evaluate(() => {
    const tiles = [...document.querySelectorAll(".tile")];
    const tops = tiles.map((one) => one.getBoundingClientRect().top);
    return { order: tiles.map((one) => one.getAttribute("aria-label")?.split(",")[0]), columns: tops.filter((top) => top === tops[0]).length };
  });
  expect(order).toHaveLength(4);
  await pictureOf(tile(page, order[0] ?? "")).focus();
  const press = async (key: string) => {
    await page.keyboard.press(key);
    return order.indexOf(await focused(page));
  };
  expect(await press("ArrowRight")).toBe(1);
  expect(await press("ArrowLeft")).toBe(0);
  expect(await press("ArrowLeft")).toBe(0);
  expect(await press("End")).toBe(3);
  expect(await press("ArrowDown")).toBe(3);
  expect(await press("ArrowUp")).toBe(3 - columns);
  expect(await press("Home")).toBe(0);
  expect(await press("ArrowDown")).toBe(columns);
  await page.keyboard.press("Enter");
  await tile(page, order[columns] ?? "", "dialog").waitFor();
});

test("a tile that is not live says so, and one button brings all back; together is in the address", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await tile(page, "a").waitFor();
  await openPlayer(page, "a");
  await eventually(async () => (await paints(page)).some(({ key }) => key === "a"), "a picture");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("k");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await page.keyboard.press("Escape");
  const badge = tile(page, "a").locator(".badge");
  await eventually(async () => /^PAUSED −0:\d\d$/.test((await badge.textContent()) ?? ""), "the paused tile says so");
  await page.getByText("1 not live").waitFor();
  await page.getByRole("button", { name: "All to now" }).click();
  await badge.waitFor({ state: "detached" });
  await page.getByText("not live").waitFor({ state: "detached" });

  await together(page).click();
  await page.waitForURL(({ searchParams }) => searchParams.get("together") === "1", { waitUntil: "commit" });
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("k");
  await page.getByText("4 not live").waitFor();
  // So it is with whom the address is given to, and here again.
  await Bun.sleep(1500);
  await page.reload({ waitUntil: "commit" });
  await page.getByRole("region", { name: "All streams" }).waitFor();
  expect(await together(page).getAttribute("aria-pressed")).toBe("true");
  await page.getByText("4 not live").waitFor();
  await page.getByRole("button", { name: "All to now" }).click();
  await page.getByText("not live").waitFor({ state: "detached" });
  await together(page).click();
  await page.waitForURL(({ search }) => search === "", { waitUntil: "commit" });
});

test("a clip that has ended offers to be played again", async () => {
  await using visited = await visit(`${served.url}/#/film/short`);
  const { page } = visited;
  const player = tile(page, "short", "dialog");
  await player.getByText("Ended").waitFor();
  const last = (await paints(page)).at(-1)?.timestampMs ?? 0;
  await player.getByRole("button", { name: "Play again: short" }).click();
  await eventually(async () => Math.abs(((await paints(page)).at(-1)?.timestampMs ?? 0) - (last - 19_800)) < 5000, "its beginning");
  await player.getByRole("button", { name: "Play again: short" }).waitFor({ state: "detached" });
});

test("a time that is none is said to be so, above the stream that is shown live", async () => {
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
  ] as const) {
    await using visited = await visit(`${served.url}/?topic=yard&key=a&at=yesterday`);
    const { page } = visited;
    await page.setViewportSize({ width, height });
    await page.getByRole("alert").getByText("“yesterday” in the address is no time").waitFor();
    const player = tile(page, "a", "dialog");
    await player.getByRole("slider", { name: "Time" }).waitFor();
    expect(await player.getByRole("button", { name: "Live", exact: true }).getAttribute("aria-pressed")).toBe("true");
    await eventually(async () => (await covered(player)).length === 0, "every button can be clicked on");
    await page.getByRole("button", { name: "Dismiss" }).click();
    await page.getByRole("alert").waitFor({ state: "detached" });
  }
});

test("the words about a server that is gone cover none of the buttons of what is large", async () => {
  await ktOk(["produce", "scores", '{"game":1,"home":2}'], { env });
  const own = await serve(broker.address);
  await using visited = await visit(`${own.url}/#/yard/a`);
  const { page } = visited;
  const player = tile(page, "a", "dialog");
  await player.getByRole("slider", { name: "Time" }).waitFor();
  await own[Symbol.asyncDispose]();
  await page.getByRole("alert").getByText("does not answer").waitFor();
  for (const [width, height] of [
    [1280, 800],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    await eventually(async () => (await covered(player)).length === 0, "every button can be clicked on");
  }
  await player.getByRole("button", { name: "Back to the overview" }).click();
  // Of the width of a phone, the panels are on a tab of their own.
  await page.getByRole("tab", { name: "Data" }).click();
  await page.getByRole("button", { name: "Enlarge scores" }).click();
  const panel = page.getByRole("dialog", { name: "Records of scores" });
  await panel.waitFor();
  await eventually(async () => (await covered(panel)).length === 0, "every tab and field can be clicked on");
});

/** The controls of something large that a click does not reach. */
function covered(large: Locator): Promise<string[]> {
  return large.evaluate((element) =>
    [...element.querySelectorAll("button, select, input, [role=tab], [role=slider]")].flatMap((control) => {
      const { left, top, width, height } = control.getBoundingClientRect();
      if (control.classList.contains("picture") || width === 0) return [];
      const hit = document.elementFromPoint(left + width / 2, top + height / 2);
      return hit && (control.contains(hit) || hit.contains(control)) && element.contains(hit) ? [] : [control.getAttribute("aria-label") ?? control.outerHTML];
    }),
  );
}
