/** The page for who does not see its colours, has no mouse, or reads it aloud. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { faults } from "./support/axe.ts";
import { OwnBroker } from "./support/broker.ts";
import { visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, serve, tempFolder } from "./support/kt.ts";

setDefaultTimeout(300_000);

/** Two recorded streams, a table, a list, numbers to draw, and a topic without records. */
async function fill(broker: OwnBroker): Promise<void> {
  const env = { KT_BROKERS: broker.address };
  await using folder = await tempFolder();
  const clip = await makeClip(`${folder.path}/yard.mp4`, { size: "160x120", rate: 10 });
  await ktOk(["emit-video", `yard=${clip}`, `door=${clip}`, "--topic", "street", "--fast"], { env });
  const rows = Array.from({ length: 60 }, (_, i) => `k${i % 7}:{"home":${i},"away":${(i * 5) % 11},"name":"team ${i}"}`);
  await ktOk(["produce", "scores", "-K", ":"], { env, stdin: rows.join("\n") });
  await ktOk(["produce", "log", ...Array.from({ length: 60 }, (_, i) => `line ${i}`)], { env });
  await ktOk(["topic", "create", "nothing"], { env });
}

let broker: OwnBroker;
beforeAll(async () => {
  broker = await OwnBroker.start();
  await fill(broker);
});
afterAll(() => broker?.[Symbol.asyncDispose]());

const back = (page: Page) => page.getByRole("button", { name: "Back to the overview" }).click();

test("axe-core finds nothing on the wall, in the player, the panels and Together, in the dark and in the light", async () => {
  await using served = await serve(broker.address);
  await using visited = await visit(served.url);
  const { page } = visited;
  const found: string[] = [];
  const look = async (where: string) => {
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      for (const fault of await faults(page)) found.push(`${where}, ${colorScheme}: ${fault}`);
    }
  };
  await page.getByText("Ended", { exact: true }).nth(1).waitFor();
  await page.getByText("without records").waitFor();
  await page.getByRole("log", { name: "Records of log" }).getByText("line 59").waitFor();
  await look("wall");

  await page.getByRole("group", { name: "yard, topic street" }).getByRole("button", { name: "Enlarge" }).click();
  await page.getByRole("slider", { name: "Time" }).waitFor();
  await look("player");
  await page.keyboard.press("?");
  await page.getByRole("region", { name: "Keys" }).waitFor();
  await look("keys");
  await back(page);

  await page.getByRole("button", { name: "Enlarge scores" }).click();
  for (const view of ["Table", "List", "Charts"]) {
    await page.getByRole("dialog").getByRole("tab", { name: view }).click();
    if (view === "Charts") await page.getByRole("list", { name: "Lines" }).waitFor();
    await look(view);
  }
  await back(page);

  await page.getByRole("button", { name: "Together" }).click();
  await page.getByRole("region", { name: "All streams" }).getByRole("slider").waitFor();
  await look("Together");
  expect(found).toEqual([]);
});

test("behind the player nothing can be reached by Tab, also not what only scrolls", async () => {
  await using served = await serve(broker.address);
  await using visited = await visit(`${served.url}/#/street/yard`);
  const { page } = visited;
  await page.getByRole("slider", { name: "Time" }).waitFor();
  await page.locator(".panel").nth(1).waitFor();
  await page.setViewportSize({ width: 1280, height: 400 });
  const reached = new Set<string>();
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press("Tab");
    reached.add(
      await page.evaluate(() => {
        const at = document.activeElement;
        return at === document.body || at?.closest("[role=dialog]") ? "dialog" : (at?.outerHTML.slice(0, 80) ?? "");
      }),
    );
  }
  expect([...reached]).toEqual(["dialog"]);
});

test("in forced colours the timeline, its place, the dots and what is chosen are still to be seen", async () => {
  await using served = await serve(broker.address);
  await using visited = await visit(served.url);
  const { page } = visited;
  await page.emulateMedia({ forcedColors: "active" });
  const colours = (selector: string) =>
    eventually(async () => {
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const found = await page.locator(selector).evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor));
      return found.length > 0 && found.map((colour) => (colour === ground ? "as the ground" : "seen"));
    }, selector);
  const outline = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((one) => getComputedStyle(one).outlineStyle);
  await page.getByText("Ended", { exact: true }).nth(1).waitFor();
  expect(await outline("[role=tab][aria-selected=true]")).toBe("solid");
  await page.getByRole("button", { name: "Together" }).click();
  expect(await outline("button[aria-pressed=true]")).toBe("solid");
  for (const part of [".line .stretch", ".line .head"]) expect([part, ...new Set(await colours(part))]).toEqual([part, "seen"]);
});
