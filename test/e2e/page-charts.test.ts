/** Charts that are read: what they draw is true, and stays as their reader has it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { visit } from "./support/browser.ts";
import { eventually, ktOk, makeTopic, serve } from "./support/kt.ts";

setDefaultTimeout(120_000);

interface Sent {
  key: string;
  atMs: number;
  value: object;
}

const send = (topic: string, records: Sent[]) =>
  ktOk(["produce", topic, "--json"], {
    stdin: records.map(({ key, atMs, value }) => `${JSON.stringify({ key, timestamp: atMs, value: JSON.stringify(value) })}\n`).join(""),
  });

/** Opens the charts of a topic, which is shown large. */
async function chartsOf(page: Page, topic: string) {
  const panel = page.getByRole("dialog", { name: `Records of ${topic}` });
  await panel.getByRole("tab", { name: "Charts" }).click();
  const chart = panel.getByRole("img", { name: `of ${topic} over time` });
  await chart.locator(".u-over").waitFor();
  const legend = panel.getByRole("list", { name: "Lines" });
  /** By line: its mean, and its least and greatest where these differ. */
  const lines = async () => (await legend.getByRole("button").allInnerTexts()).map((text) => text.split("\n"));
  return { panel, chart, legend, lines };
}

test("of more keys than can be told apart the mean of all is drawn, between the least and the greatest, and how many they are is said", async () => {
  const topic = await makeTopic("fleet");
  const beganMs = Date.now() - 3_600_000;
  // Each has a speed of its own that never changes: whatever goes up or down is no trend of theirs.
  const records = Array.from({ length: 15_000 }, (_, i) => ({
    key: `truck-${i % 500}`,
    atMs: beganMs + i * 240,
    value: { speed: i === 7777 ? 5000 : i % 500 },
  }));
  await send(topic, records);
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const { panel, chart, lines } = await chartsOf(visited.page, topic);
  await panel.getByText("500 keys together").waitFor();
  const seen: string[][] = [];
  for (await chart.press("Home"); ; await chart.press("ArrowRight")) {
    const [line, ...others] = await lines();
    expect(others).toEqual([]);
    if (line?.join() === seen.at(-1)?.join()) break;
    seen.push(line ?? []);
  }
  expect(seen.length).toBeGreaterThan(5);
  const numbers = seen.map(([name, mean, span]) => ({ name, mean: Number(mean), span }));
  expect(numbers.every(({ name }) => name === "500 keys")).toBe(true);
  // Pieces begin at round times: the first and the last may have a few of the keys only.
  const whole = numbers.slice(1, -1);
  for (const { mean } of whole) expect(Math.abs(mean - 249.5)).toBeLessThan(25);
  // The one peak is in one place, and in no other.
  expect(numbers.filter(({ span }) => span === "0 to 5,000")).toHaveLength(1);
  expect(whole.filter(({ span }) => span === "0 to 499")).toHaveLength(whole.length - 1);
});

test("what was zoomed by dragging stays, whatever comes, until its reader asks for the whole time", async () => {
  const topic = await makeTopic("zoomed");
  const beganMs = Date.now() - 600_000;
  await send(
    topic,
    Array.from({ length: 600 }, (_, i) => ({ key: `k${i % 2}`, atMs: beganMs + i * 1000, value: { v: i } })),
  );
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const { page } = visited;
  const { panel, chart, legend, lines } = await chartsOf(page, topic);
  const box = await chart.locator(".u-over").boundingBox();
  if (!box) throw new Error("the chart has no place");
  const at = (part: number) => [box.x + box.width * part, box.y + box.height / 2] as const;
  await page.mouse.move(...at(0.25));
  await page.mouse.down();
  await page.mouse.move(...at(0.4), { steps: 5 });
  // What comes while somebody drags takes nothing away from him.
  await send(topic, [{ key: "k0", atMs: Date.now(), value: { v: 700 } }]);
  await page.mouse.move(...at(0.5), { steps: 5 });
  await page.mouse.up();
  await panel.getByRole("button", { name: "Whole time" }).waitFor();
  const pointAt = async (part: number) => {
    await page.mouse.move(...at(part));
    return eventually(async () => Number((await lines())[0]?.[1]?.replace(",", "")), "a value");
  };
  const ends = async () => [await pointAt(0.01), await pointAt(0.99)];
  const [left, right] = await ends();
  expect(Math.abs((left as number) - 150)).toBeLessThan(12);
  expect(Math.abs((right as number) - 300)).toBeLessThan(12);
  // A new line too: the chart is made anew for it.
  await send(topic, [
    { key: "k0", atMs: Date.now(), value: { v: 800 } },
    { key: "k2", atMs: Date.now(), value: { v: 900 } },
  ]);
  await legend.getByText("k2").waitFor();
  expect(await ends()).toEqual([left as number, right as number]);
  await panel.getByRole("button", { name: "Whole time" }).click();
  await eventually(async () => (await pointAt(0.01)) < 12, "the whole time");
});

test("records of one moment stand in the middle with their spread, and the chart says that they are of one", async () => {
  const topic = await makeTopic("moment");
  const atMs = Date.now() - 60_000;
  await send(
    topic,
    Array.from({ length: 60 }, (_, i) => ({ key: `m${i % 2}`, atMs, value: { v: i } })),
  );
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${topic}`);
  const { panel, chart, lines } = await chartsOf(visited.page, topic);
  await panel.getByText("all of one moment").waitFor();
  expect(await lines()).toEqual([
    ["m0", "29", "0 to 58"],
    ["m1", "30", "1 to 59"],
  ]);
  await chart.press("End");
  const place = await chart.locator(".u-cursor-x").evaluate((cursor) => {
    const over = cursor.closest(".u-over") as Element;
    return (cursor.getBoundingClientRect().left - over.getBoundingClientRect().left) / over.getBoundingClientRect().width;
  });
  expect(Math.abs(place - 0.5)).toBeLessThan(0.02);
});

test("the text of the axes is as large on a dense screen as elsewhere", async () => {
  const topic = await makeTopic("dense");
  await send(
    topic,
    Array.from({ length: 50 }, (_, i) => ({ key: "k", atMs: Date.now() - 60_000 + i * 1000, value: { v: i } })),
  );
  await using served = await serve();
  await using visited = await visit("about:blank");
  const page = await visited.newPage({ viewport: { width: 1000, height: 700 }, deviceScaleFactor: 2 });
  await page.addInitScript(() => {
    const fonts = new Set<string>();
    Object.assign(globalThis, { fonts });
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (...given) {
      fonts.add(this.font);
      fillText.apply(this, given);
    };
  });
  await page.goto(`${served.url}/#/${topic}`);
  await chartsOf(page, topic);
  const fonts = await page.evaluate(() => [...(globalThis as unknown as { fonts: Set<string> }).fonts]);
  expect(fonts.length).toBeGreaterThan(0);
  for (const font of fonts) expect(font).toMatch(/^24px /);
});
