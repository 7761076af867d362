/** What the wall shows, chosen: kept from the list, taken off, moved, in columns and groups, under a name, and in a link. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { faults } from "./support/axe.ts";
import { OwnBroker } from "./support/broker.ts";
import { visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, type Served, serve, tempFolder } from "./support/kt.ts";

setDefaultTimeout(120_000);

let broker: OwnBroker;
let served: Served;

beforeAll(async () => {
  broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await using folder = await tempFolder();
  const clip = await makeClip(`${folder.path}/yard.mp4`, { seconds: 2, size: "160x120", rate: 10 });
  await ktOk(["emit-video", `gate=${clip}`, `hall=${clip}`, `yard=${clip}`, "--topic", "street", "--fast"], { env });
  await ktOk(["produce", "log", "a line"], { env });
  await ktOk(["produce", "scores", '{"home":1}'], { env });
  served = await serve(broker.address);
}, 180_000);
afterAll(async () => {
  await served?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
});

const names = (page: Page) => page.locator(".tile footer strong").allInnerTexts();
const panels = (page: Page) => page.locator(".panel .fold span").allInnerTexts();
const shows = (page: Page, tiles: string, lists: string) => {
  let seen = "";
  return eventually(
    async () => {
      seen = `${await names(page)} and ${await panels(page)}`;
      return seen === `${tiles} and ${lists}`;
    },
    () => `${tiles} and ${lists}, not ${seen}`,
  );
};
const picture = (page: Page, name: string) => page.getByRole("group", { name: `${name}, topic street` }).locator(".picture");
const menu = (page: Page) => page.getByRole("region", { name: "What the wall shows" });
const openMenu = (page: Page) => page.getByRole("button", { name: "Wall", exact: true }).click();

test("what is kept from the list is all that the wall shows, in that order, after a reload too, until everything is wanted again", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await shows(page, "gate,hall,yard", "scores,log");
  await page.keyboard.press("/");
  await page.getByRole("button", { name: "Keep yard on the wall" }).click();
  await page.getByRole("button", { name: "Keep log on the wall" }).click();
  await page.getByRole("button", { name: "Keep gate on the wall" }).click();
  expect(await page.getByRole("button", { name: "Keep gate on the wall" }).getAttribute("aria-pressed")).toBe("true");
  await page.keyboard.press("Escape");
  await shows(page, "yard,gate", "log");
  await page.reload();
  await shows(page, "yard,gate", "log");
  await page.goto(served.url);
  await shows(page, "yard,gate", "log");
  await openMenu(page);
  await menu(page).getByRole("button", { name: "Show everything" }).click();
  await shows(page, "gate,hall,yard", "scores,log");
  await page.goto(served.url);
  await shows(page, "gate,hall,yard", "scores,log");
});

test("tiles and panels are taken off and moved where they are, by keys and by the pointer, and a link shows the same to others", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await shows(page, "gate,hall,yard", "scores,log");
  await picture(page, "gate").focus();
  await page.keyboard.press("Shift+ArrowRight");
  await shows(page, "hall,gate,yard", "scores,log");
  expect(await picture(page, "gate").evaluate((one) => one === document.activeElement)).toBe(true);
  await page.keyboard.press("Delete");
  await shows(page, "hall,yard", "scores,log");
  expect(await picture(page, "yard").evaluate((one) => one === document.activeElement)).toBe(true);
  await picture(page, "yard").hover();
  await page.getByRole("button", { name: "Move yard back" }).click();
  await shows(page, "yard,hall", "scores,log");
  await page.getByRole("group", { name: "Records of scores" }).hover();
  await page.getByRole("button", { name: "Take scores off the wall" }).click();
  await shows(page, "yard,hall", "log");
  const other = await visited.newPage();
  await other.goto(await page.evaluate(() => location.href));
  await shows(other, "yard,hall", "log");
  // Who only looked at a link keeps his own wall.
  await other.goto(served.url);
  await shows(other, "gate,hall,yard", "scores,log");
});

test("columns, groups of cameras, and layouts under a name", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await shows(page, "gate,hall,yard", "scores,log");
  await openMenu(page);
  await menu(page).getByRole("button", { name: "Keep what is shown, and arrange it" }).click();
  await menu(page).getByLabel("Columns").selectOption("3");
  for (const name of ["gate", "yard"]) {
    await menu(page).getByLabel(`Group of ${name}`).fill("Outside");
    await menu(page).getByLabel(`Group of ${name}`).press("Enter");
  }
  await menu(page).getByRole("button", { name: "Move yard up" }).click();
  await menu(page).getByLabel("Name of this layout").fill("Night");
  await menu(page).getByRole("button", { name: "Save" }).click();
  await menu(page).getByText("Saved as Night.").waitFor();
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await menu(page).waitFor({ state: "detached" });
  await shows(page, "gate,yard,hall", "scores,log");
  expect(await page.locator(".wall").evaluate((wall) => getComputedStyle(wall).gridTemplateColumns.split(" ").length)).toBe(3);
  await page.getByRole("tab", { name: "Outside" }).click();
  await shows(page, "gate,yard", "");
  await page.reload();
  await shows(page, "gate,yard", "");
  await page.getByRole("tab", { name: "All" }).click();
  await openMenu(page);
  await menu(page).getByRole("button", { name: "Show everything" }).click();
  await shows(page, "gate,hall,yard", "scores,log");
  await menu(page).getByRole("button", { name: "Night", exact: true }).click();
  await shows(page, "gate,yard,hall", "scores,log");
  expect(await page.locator(".wall").evaluate((wall) => getComputedStyle(wall).gridTemplateColumns.split(" ").length)).toBe(3);
});

test("what was chosen and is not there is told, and a stream that was not chosen opens by its link", async () => {
  await using visited = await visit(`${served.url}/?wall=street/gate,street/nobody,nothing`);
  const { page } = visited;
  await shows(page, "gate", "");
  await openMenu(page);
  await menu(page).getByText("3 places chosen, 2 not there now").waitFor();
  await page.keyboard.press("Escape");
  await page.evaluate(() => {
    location.hash = "#/street/hall";
  });
  await page.getByRole("dialog", { name: "hall, topic street" }).waitFor();
});
