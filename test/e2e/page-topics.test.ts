/** The list of all topics and streams, and a wall that has more of them than it shows. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { faults } from "./support/axe.ts";
import { OwnBroker } from "./support/broker.ts";
import { visit } from "./support/browser.ts";
import { eventually, type Served, serve } from "./support/kt.ts";
import { makeManyTopics, manyTopic } from "./support/many-topics.ts";

setDefaultTimeout(120_000);

const count = 300;
let broker: OwnBroker;
let served: Served;

beforeAll(async () => {
  broker = await OwnBroker.start();
  await makeManyTopics(broker.address, count);
  served = await serve(broker.address);
  await eventually(
    async () => {
      const topics = (await (await fetch(`${served.url}/topics`)).json()) as { kind: string }[];
      return topics.length === count && topics.filter(({ kind }) => kind === "empty").length === count / 5;
    },
    "what the topics hold is known",
    60_000,
  );
}, 300_000);
afterAll(async () => {
  await served?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
});

const table = (page: Page) => page.getByRole("table", { name: "Topics and streams" });
const field = (page: Page) => page.getByRole("searchbox", { name: "Find a topic or stream" });
const rowNames = (page: Page) => page.locator(".topic-grid [data-row] bdi").allInnerTexts();
const focused = (page: Page) => page.evaluate(() => document.activeElement?.querySelector("bdi")?.textContent ?? document.activeElement?.tagName);

test("the wall shows what it has room for, and leads to the rest", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await page.locator(".panel").nth(47).waitFor({ state: "attached" });
  expect(await page.locator(".panel").count()).toBe(48);
  expect(await page.locator(".tile").count()).toBe(count / 5);
  const left = page.getByText("more than the wall has room for");
  expect(await left.innerText()).toContain(`${(count * 3) / 5 - 48} topics of records`);
  // One that has no room is there when the address asks for it.
  const hidden = await page.evaluate(() => [...document.querySelectorAll(".panel")].map((panel) => panel.getAttribute("aria-label")));
  const { name } = Array.from({ length: count }, (_, i) => manyTopic(i)).find((one) => one.kind === "text" && !hidden.includes(`Records of ${one.name}`)) ?? {};
  await page.goto(`${served.url}/#/${name}`);
  await page.getByRole("dialog", { name: `Records of ${name}` }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "the list of topics" }).first().click();
  await table(page).waitFor();
});

test("/ and Ctrl K lead to the list and into its field, a few letters find a topic, and the keys open it", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await page.locator(".tile").first().waitFor();
  await page.keyboard.press("/");
  await table(page).waitFor();
  expect(await field(page).evaluate((input) => input === document.activeElement)).toBe(true);
  // Every row is told of, and those in sight are drawn.
  expect(await table(page).getAttribute("aria-rowcount")).toBe(String(1 + count + count / 5));
  expect(await page.locator(".topic-grid tr").count()).toBeLessThan(80);
  await page.keyboard.type("0104 zz");
  await eventually(async () => (await rowNames(page)).length === 0, "nothing is called so");
  await page.getByText("Nothing has “0104 zz” in its name.").waitFor();
  await page.keyboard.press("Escape");
  await eventually(async () => (await rowNames(page)).length > 10, "Escape clears the field first");
  await page.keyboard.type("010 TEXT");
  await eventually(async () => (await rowNames(page)).join() === "many-0101-text,many-0106-text", "two are found");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await eventually(async () => (await focused(page)) === "many-0106-text", "the second has the focus");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "many-0106-text" }).waitFor();
  await page.keyboard.press("Control+k");
  await table(page).waitFor();
  expect(await field(page).evaluate((input) => input === document.activeElement)).toBe(true);
  // A stream of a topic is found by its own name, and opens on the wall.
  await field(page).fill("cam 0103");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "cam, topic many-0103-image" }).waitFor();
});

test("the list is sorted by what one likes, and the address keeps it", async () => {
  await using visited = await visit(`${served.url}/#topics`);
  const { page } = visited;
  await table(page).waitFor();
  const head = (name: string) => page.getByRole("columnheader", { name, exact: true });
  expect(await head("Name").getAttribute("aria-sort")).toBe("ascending");
  await head("Records").getByRole("button").click();
  expect(await head("Records").getAttribute("aria-sort")).toBe("descending");
  await eventually(async () => (await rowNames(page))[0]?.endsWith("-json"), "those of two records come first");
  await eventually(() => page.evaluate(() => location.hash === "#topics?sort=-records"), "the order is in the address");
  await page.reload();
  await eventually(async () => (await rowNames(page))[0]?.endsWith("-json"), "the same order after a reload");
  // What it takes on disk comes by its own way.
  await page
    .getByRole("row", { name: "many-0000-json" })
    .getByRole("cell", { name: /^\d+ B$/ })
    .waitFor();
  const answer = (await (await fetch(`${served.url}/topics?bytes=1`)).json()) as { name: string; bytes: number }[];
  expect(answer.find(({ name }) => name === "many-0000-json")?.bytes).toBeGreaterThan(100);
  expect(answer.find(({ name }) => name === "many-0004-empty")?.bytes).toBe(0);
});

test("by the keyboard alone one gets to the last row and back, and a row that is scrolled away keeps the focus", async () => {
  await using visited = await visit(`${served.url}/#topics`);
  const { page } = visited;
  await table(page).waitFor();
  await field(page).press("ArrowDown");
  await page.keyboard.press("End");
  await eventually(async () => (await focused(page)) === manyTopic(count - 1).name, "the last");
  await page.locator(".topic-grid").evaluate((grid) => {
    grid.scrollTop = 0;
  });
  await eventually(async () => (await rowNames(page)).includes(manyTopic(0).name), "the first rows are drawn");
  expect(await focused(page)).toBe(manyTopic(count - 1).name);
  await page.keyboard.press("Home");
  await eventually(async () => (await focused(page)) === manyTopic(0).name, "the first");
  await page.keyboard.press("Escape");
  await page.locator(".tile").first().waitFor();
});

test("axe-core finds nothing on the list, in the dark and in the light, wide and narrow", async () => {
  await using visited = await visit(`${served.url}/#topics`);
  const { page } = visited;
  await table(page).waitFor();
  for (const colorScheme of ["dark", "light"] as const)
    for (const width of [1280, 390]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      expect([colorScheme, width, await faults(page)]).toEqual([colorScheme, width, []]);
    }
});
