/** A viewer with a name, in Chromium: each stream is where it was left, also those that share a partition. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import type { RecordEnvelope } from "../../src/format/json.ts";
import { OwnBroker } from "./support/broker.ts";
import { paints, visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, jsonLines, ktOk, serve, tempFolder } from "./support/kt.ts";

setDefaultTimeout(180_000);

const lastShown = async (page: Page, key: string) => (await paints(page)).findLast((paint) => paint.key === key)?.offset;

test("rewinding one stream leaves the others of its topic where they are, for another browser and another server", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await using folder = await tempFolder();
  const clip = await makeClip(`${folder.path}/clip.mp4`, { seconds: 20, rate: 5, size: "160x120" });
  await ktOk(["emit-video", `left=${clip}`, `right=${clip}`, "--topic", "twins", "--codec", "mjpeg", "--speed", "4"], { env });
  const { stdout } = await ktOk(["consume", "twins", "--json", "--from", "start", "--exit"], { env });
  const records = jsonLines<RecordEnvelope>(stdout);
  const offsetsOf = (key: string) => records.filter((record) => record.key === key && record.value !== "").map(({ offset }) => offset);
  const [lefts, rights] = [offsetsOf("left"), offsetsOf("right")];
  const lastRight = rights.at(-1) ?? 0;
  const committed = async () => JSON.parse((await ktOk(["group", "describe", "view", "--json"], { env })).stdout).partitions[0];
  let left = 0;
  {
    await using served = await serve(broker.address);
    await using visited = await visit(`${served.url}/?group=view`);
    const { page } = visited;
    await eventually(
      async () => (await lastShown(page, "left")) === lefts.at(-1) && (await lastShown(page, "right")) === lastRight,
      "both last pictures",
      60_000,
    );
    await Bun.sleep(2500);
    await page.getByRole("group", { name: "left, topic" }).locator(".picture").click();
    await page.getByRole("slider", { name: "Time" }).waitFor();
    await page.keyboard.press("Home");
    await eventually(async () => lefts.indexOf((await lastShown(page, "left")) ?? 0) < 30, "the first pictures of the one");
    await page.keyboard.press("k");
    await page.getByRole("button", { name: "Play", exact: true }).waitFor();
    await Bun.sleep(2500);
    left = (await lastShown(page, "left")) ?? 0;
  }
  // What programs see is where the stream is that moved last.
  expect(await committed()).toMatchObject({ committed: left + 1, high: records.length });
  await using again = await serve(broker.address);
  await using visited = await visit(`${again.url}/?group=view`);
  const { page } = visited;
  const first = async () => (await paints(page)).find(({ key, offset }) => key === "left" && offset !== lefts.at(-1))?.offset;
  const found = await eventually(first, "the place of the one", 60_000);
  expect(lefts.indexOf(found) - lefts.indexOf(left)).toBeWithin(-2, 10);
  // The other is at its end, and was nowhere else.
  await eventually(async () => (await lastShown(page, "right")) === lastRight, "the last picture of the other");
  expect((await paints(page)).filter(({ key }) => key === "right").every(({ offset }) => offset === lastRight)).toBe(true);
});
