/** The page, where a camera's clock is set, or that of the computer before which its viewer sits. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { paints, visit } from "./support/browser.ts";
import { Clock } from "./support/clock.ts";
import { eventually, makeTopic, recordsOf, serve, startKt } from "./support/kt.ts";

setDefaultTimeout(120_000);

/** A broker takes nothing that is dated an hour ahead of its own clock. */
const hourMs = 59 * 60_000;

/** As the page has its time of day from now on. */
const setClock = (page: Page, aheadMs: number) => page.evaluate((ms) => Object.assign(window, { aheadMs: ms }), aheadMs);

test("how old a picture is follows the clocks, and one that is dated later than now says so; who rewinds goes on", async () => {
  const topic = await makeTopic("clock");
  await using clock = await Clock.start();
  await using _emitter = startKt(["emit-video", "door=testsrc", "--size", "160x120", "--fps", "10", "--codec", "mjpeg", "--topic", topic], { env: clock.env });
  await eventually(async () => (await recordsOf(topic)).length > 60, "some seconds of pictures");
  // Alone on the wall: of others that have ended it is said so.
  await using served = await serve(undefined, "--topics", topic);
  await using visited = await visit("about:blank");
  const { page } = visited;
  await page.addInitScript("const real = Date.now; window.aheadMs = 0; Date.now = () => real() + window.aheadMs;");
  await page.goto(served.url, { waitUntil: "commit" });
  const says = async (wanted: RegExp) => {
    const delay = page.locator(".delay");
    let text = "";
    const isSaid = async () => {
      text = (await delay.textContent({ timeout: 1000 }).catch(() => null)) ?? "";
      return wanted.test(text);
    };
    const state = () => page.evaluate(() => JSON.stringify((globalThis as unknown as { __kt?: { tiles: unknown } }).__kt?.tiles));
    await eventually(isSaid, () => `${wanted}, where it says '${text}'`, 30_000).catch(async (error) => {
      throw new Error(`${error} ${await state()}`);
    });
  };
  const young = /^(-?\d+ ms|\d+(\.\d)? s)$/;
  await says(young);
  // By the camera's clock, then by the viewer's.
  clock.set(hourMs);
  await says(/^clock 5[89] min ahead$/);
  clock.set(-hourMs);
  await says(/^(59|60) min$/);
  clock.set(0);
  await says(young);
  await setClock(page, hourMs);
  await says(/^(59|60) min$/);
  await setClock(page, -hourMs);
  await says(/^clock 5[89] min ahead$/);
  expect(await page.locator(".tile .badge").count()).toBe(0);
  await setClock(page, 0);
  await says(young);

  // Who rewinds comes upon pictures of an hour later, and then of two hours before those.
  for (const aheadMs of [hourMs, -hourMs, 0]) {
    const at = (await recordsOf(topic)).at(-20)?.timestamp as number;
    clock.set(aheadMs);
    await page.goto(`${served.url}/?topic=${topic}&key=door&at=${new Date(at).toISOString()}#/${topic}/door`, { waitUntil: "commit" });
    await page.getByRole("button", { name: "Play", exact: true }).click();
    let offMs = Number.NaN;
    const isThere = async () => {
      offMs = ((await paints(page)).at(-1)?.timestampMs ?? 0) - clock.nowMs;
      return Math.abs(offMs) < 30_000;
    };
    await eventually(isThere, () => `pictures after the clock was set ${aheadMs} ms ahead, where the newest is ${offMs} ms off`, 30_000);
  }
  expect(await page.getByText(/undefined|NaN|Invalid/).count()).toBe(0);
});
