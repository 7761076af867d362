/** Links to a stream: what they open, and how one gets them. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { paints, visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { brokers, eventually, ktOk, makeTopic, type Served, serve, startKt, tempFolder, uniqueName } from "./support/kt.ts";
import type { Running } from "./support/process.ts";

setDefaultTimeout(120_000);

const film = uniqueName("film");
let yard: string;
let served: Served;
let camera: Running;

beforeAll(async () => {
  yard = await makeTopic("yard");
  served = await serve(brokers, "--topics", yard, "--topics", film);
  await using folder = await tempFolder();
  const clip = await makeClip(`${folder.path}/c.mp4`, { rate: 5, size: "160x120" });
  await ktOk(["emit-video", clip, "--topic", film, "--codec", "mjpeg", "--fast"]);
  camera = startKt(["emit-video", "a=testsrc", "b=testsrc", "--size", "160x120", "--fps", "5", "--codec", "mjpeg", "--topic", yard]);
  await eventually(async () => {
    const known = await (await fetch(`${served.url}/topics`)).text();
    return ["a", "b", "c"].every((key) => known.includes(`"key":"${key}"`));
  }, "the streams are there");
}, 120_000);

afterAll(async () => {
  await camera[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
});

const tile = (page: Page, name: string, role: "group" | "dialog" = "group") => page.getByRole(role, { name: `${name}, topic` });

test("a link without a time opens its stream live, also where it was left in the past", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await tile(page, "b").waitFor();
  await tile(page, "b").locator(".picture").click();
  const player = tile(page, "b", "dialog");
  await player.getByRole("slider", { name: "Time" }).waitFor();
  await page.keyboard.press("Home");
  await page.keyboard.press("k");
  await player.getByRole("button", { name: "Play", exact: true }).waitFor();
  await Bun.sleep(1500);
  for (const [search, name] of [
    [`?topic=${yard}&key=b`, "b"],
    [`?topic=${film}`, "c"],
  ] as const) {
    await page.goto(`${served.url}/${search}`, { waitUntil: "commit" });
    const opened = tile(page, name, "dialog");
    await opened.waitFor();
    expect(await opened.getByRole("button", { name: "Live", exact: true }).getAttribute("aria-pressed")).toBe("true");
  }
  await page.waitForURL(({ hash }) => hash === `#/${film}/c`, { waitUntil: "commit" });
});

test("a link that the browser does not let the page copy is there until it is closed", async () => {
  await using visited = await visit("about:blank");
  const { page } = visited;
  await page.addInitScript("Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('denied')) } })");
  await page.goto(`${served.url}/#/${yard}/a`, { waitUntil: "commit" });
  const player = tile(page, "a", "dialog");
  await eventually(async () => (await paints(page)).some(({ key }) => key === "a"), "a picture");
  await page.keyboard.press("y");
  const link = player.getByRole("textbox", { name: "Link" });
  await link.waitFor();
  await Bun.sleep(4000);
  expect(await link.inputValue()).toStartWith(`${served.url}/?topic=${yard}&key=a&at=20`);
  // It stands there to be copied with Ctrl C.
  expect(await link.evaluate((field) => [field === document.activeElement, String(getSelection())])).toEqual([true, await link.inputValue()]);
  await page.keyboard.press("Escape");
  await link.waitFor({ state: "detached" });
  expect(await player.isVisible()).toBe(true);
});
