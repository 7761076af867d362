/** What the player has besides its controls: addresses for other programs, a calendar, and a picture that is enlarged. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { faults } from "./support/axe.ts";
import { OwnBroker } from "./support/broker.ts";
import { visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, type Served, serve, type TempFolder, tempFolder } from "./support/kt.ts";
import { run } from "./support/process.ts";
import { writeYard } from "./support/yard.ts";

setDefaultTimeout(120_000);

const dayMs = 86_400_000;
/** Noon, so that it is the same day in every zone that is near. */
const noonMs = new Date(new Date().getFullYear(), new Date().getMonth(), new Date().getDate() - 40, 12).getTime();
let broker: OwnBroker;
let served: Served;
let folder: TempFolder;

beforeAll(async () => {
  broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  folder = await tempFolder();
  const clip = await makeClip(`${folder.path}/clip.mp4`, { seconds: 4, size: "320x240", rate: 10 });
  await ktOk(["emit-video", clip, "--topic", "street", "--name", "it's gate", "--codec", "h264", "--fast"], { env });
  // The records are of weeks ago.
  await ktOk(["topic", "create", "yard", "--config", "retention.ms=-1"], { env });
  const days = [0, 2, 33];
  await writeYard(
    broker.address,
    "yard",
    noonMs,
    days.map((day) => ({ key: "cam", from: (day * dayMs) / 1000, to: (day * dayMs) / 1000 + 20, rate: 4 })),
    folder.path,
  );
  served = await serve(broker.address);
}, 180_000);
afterAll(async () => {
  await served?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
});

async function openPlayer(page: Page, url: string): Promise<Locator> {
  await page.goto(url, { waitUntil: "commit" });
  const player = page.getByRole("dialog");
  await player.getByRole("slider", { name: "Time" }).waitFor();
  return player;
}
const gate = "#/street/it's%20gate";
const lines = (menu: Locator) => menu.locator("dd code").allInnerTexts();
const numbersOf = (text: string) => text.match(/-?[\d.]+/g)?.map(Number) ?? [];
const transform = (page: Page) => page.locator(".tile.large .picture canvas:not(.boxes)").evaluate((canvas) => (canvas as HTMLElement).style.transform);

test("a stream's addresses work as they are copied", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const player = await openPlayer(page, `${served.url}/${gate}`);
  await page.keyboard.press("u");
  const menu = player.getByRole("region", { name: "Addresses for other programs" });
  await menu.getByRole("button", { name: "Copy for curl" }).click();
  await menu.getByText("Copied: curl").waitFor();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  const { code } = await run(["sh", "-c", command.replace("curl", "curl -s")], { cwd: folder.path });
  expect(code).toBe(0);
  const picture = new Uint8Array(await Bun.file(`${folder.path}/now.jpg`).arrayBuffer());
  expect([picture[0], picture[1]]).toEqual([0xff, 0xd8]);
  const all = await lines(menu);
  expect(all.join("\n")).not.toContain("TOKEN");
  const playlist = await (await fetch(all.find((line) => /^http.*m3u8/.test(line)) ?? "")).text();
  expect(playlist).toStartWith("#EXTM3U");
  expect(await faults(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  expect(await player.isVisible()).toBe(true);
});

test("where a token is asked for, an address has it only once somebody gave it there", async () => {
  const token = "quite-a-secret-token";
  await using guarded = await serve(broker.address, "--token", token);
  await using visited = await visit(`${guarded.url}/?token=${token}`);
  const { page } = visited;
  await page.locator(".tile").first().waitFor();
  const player = await openPlayer(page, `${guarded.url}/${gate}`);
  await player.getByRole("button", { name: "Addresses for other programs" }).click();
  const menu = player.getByRole("region", { name: "Addresses for other programs" });
  const field = menu.getByLabel("Token for these addresses");
  await field.waitFor();
  for (const line of await lines(menu)) expect(line).toContain("//kt:TOKEN@127.0.0.1");
  expect(await page.content()).not.toContain(token);
  await field.fill(token);
  const mjpeg = (await lines(menu))[0] ?? "";
  expect(mjpeg).toContain(`//kt:${token}@`);
  const answer = await fetch(mjpeg.replace(`kt:${token}@`, ""), { headers: { Authorization: `Basic ${btoa(`kt:${token}`)}` } });
  expect(answer.status).toBe(200);
  await answer.body?.cancel();
  // And it is gone with the menu.
  await menu.getByRole("button", { name: "Close" }).click();
  await player.getByRole("button", { name: "Addresses for other programs" }).click();
  await field.waitFor();
  expect(await field.inputValue()).toBe("");
});

test("a day is chosen in a calendar, by the pointer and by keys alone", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  const player = await openPlayer(page, `${served.url}/?topic=yard&key=cam&at=${noonMs}`);
  const place = async () => Number(await player.getByRole("slider", { name: "Time" }).getAttribute("aria-valuenow"));
  const isOn = (day: number) => eventually(async () => Math.abs((await place()) - noonMs - day * dayMs) < 30_000, `the day ${day} days on`);
  const label = (day: number) => new Date(noonMs + day * dayMs).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
  await page.keyboard.press("t");
  const calendar = player.getByRole("region", { name: "Days with recordings" });
  const day = (days: number) => calendar.getByRole("button", { name: label(days) });
  await eventually(async () => (await day(0).getAttribute("aria-label"))?.endsWith(": recorded"), "the days that are recorded are known");
  expect(await day(1).getAttribute("aria-disabled")).toBe("true");
  expect(await faults(page)).toEqual([]);
  // The day that is shown has the only stop of Tab.
  await day(0).focus();
  for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowRight");
  await eventually(() => day(2).evaluate((button) => button === document.activeElement), "the focus goes along");
  await page.keyboard.press("Enter");
  await calendar.waitFor({ state: "detached" });
  await isOn(2);
  await page.keyboard.press("t");
  while ((await day(33).count()) === 0) await calendar.getByRole("button", { name: "Next month" }).click();
  await day(33).click();
  await isOn(33);
});

test("the picture is enlarged where the pointer is, by wheel, keys and two clicks, and moved, and nothing of that pauses it", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  const player = await openPlayer(page, `${served.url}/?topic=yard&key=cam&at=${noonMs + 2000}`);
  // A link to a picture shows that one, and does not play.
  await player.getByRole("button", { name: "Play", exact: true }).waitFor();
  const box = (await player.locator(".picture").boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const corner = [box.x + box.width * 0.25, box.y + box.height * 0.25] as const;
  await page.mouse.move(...corner);
  await page.mouse.wheel(0, -400);
  await eventually(async () => (await transform(page)) !== "", "it is larger");
  const [left = 0, top = 0, scale = 0] = numbersOf(await transform(page));
  expect(scale).toBeGreaterThan(1.5);
  // What was below the pointer is there still.
  expect(left).toBeCloseTo(25 * (1 - scale), 0);
  expect(top).toBeCloseTo(25 * (1 - scale), 0);
  await page.mouse.down();
  await page.mouse.move(corner[0] - 60, corner[1] - 40, { steps: 4 });
  await page.mouse.up();
  expect(numbersOf(await transform(page))[0]).toBeCloseTo(left - (60 / box.width) * 100, 0);
  expect(await player.getByRole("button", { name: "Play", exact: true }).isVisible()).toBe(true);
  await player.getByRole("button", { name: /Enlarged [\d.]+ times/ }).click();
  expect(await transform(page)).toBe("");
  await page.keyboard.press("+");
  const [before = 0] = numbersOf(await transform(page));
  await page.keyboard.press("6");
  expect(numbersOf(await transform(page))[0]).toBeLessThan(before);
  await page.keyboard.press("0");
  expect(await transform(page)).toBe("");
  await page.mouse.dblclick(...corner);
  expect(numbersOf(await transform(page))[2]).toBe(2.5);
  await page.mouse.dblclick(...corner);
  expect(await transform(page)).toBe("");
  expect(await player.getByRole("button", { name: "Play", exact: true }).isVisible()).toBe(true);
  // Closed, the tile has all of it.
  await page.keyboard.press("+");
  await page.keyboard.press("Escape");
  await player.waitFor({ state: "detached" });
  expect(await page.locator(".picture canvas:not(.boxes)").evaluateAll((all) => all.map((canvas) => (canvas as HTMLElement).style.transform).join(""))).toBe(
    "",
  );
});

test("two fingers enlarge the picture", async () => {
  await using visited = await visit(served.url);
  const page = await visited.newPage({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const player = await openPlayer(page, `${served.url}/?topic=yard&key=cam&at=${noonMs + 2000}`);
  const box = (await player.locator(".picture").boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const cdp = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", apart: number) =>
    cdp.send("Input.dispatchTouchEvent", {
      type,
      touchPoints:
        type === "touchEnd"
          ? []
          : [
              { x: x - apart, y, id: 1 },
              { x: x + apart, y, id: 2 },
            ],
    });
  await touch("touchStart", 30);
  for (const apart of [40, 50, 60, 75, 90]) await touch("touchMove", apart);
  await touch("touchEnd", 90);
  await eventually(async () => (numbersOf(await transform(page))[2] ?? 0) > 2, "it is more than twice as large");
  expect(await page.evaluate(() => visualViewport?.scale)).toBe(1);
});

test("a picture in a window of its own, where the browser has that", async () => {
  await using visited = await visit(served.url);
  const { page } = visited;
  const player = await openPlayer(page, `${served.url}/?topic=yard&key=cam&at=${noonMs + 2000}`);
  const has = await page.evaluate(() => document.pictureInPictureEnabled === true);
  const button = player.getByRole("button", { name: "Picture in picture" });
  expect(await button.count()).toBe(has ? 1 : 0);
  if (!has) return;
  await button.click();
  await eventually(() => page.evaluate(() => document.pictureInPictureElement !== null), "the window is open");
  await eventually(async () => (await button.getAttribute("aria-pressed")) === "true", "the button says so");
  const shown = await page.evaluate(() => {
    const video = document.pictureInPictureElement as HTMLVideoElement;
    return { width: video.videoWidth, inPage: video.isConnected };
  });
  expect(shown.width).toBeGreaterThan(0);
  await button.click();
  await eventually(() => page.evaluate(() => document.pictureInPictureElement === null && document.querySelector("video.feeder") === null), "it is closed");
});
