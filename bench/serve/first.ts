/** How long it takes until there is a picture. */
import type { Browser, Page } from "playwright-core";
import type { Figure, Measured } from "../report/figure.ts";
import { kt, median, percentile, run, testClip } from "../support.ts";
import { openBrowser } from "./chromium.ts";
import { inRounds } from "./figures.ts";
import { jpegClip } from "./pictures.ts";
import { emit, makeTopic, pictureOf, type Side, startKt, startNumbered } from "./sides.ts";
import { firstPicture, view } from "./viewer.ts";

const rounds = 5;
const times = 10;
const mostFirstMs = 300;

/** The median of each round. */
const medians = (took: number[]) => inRounds(took, rounds).map(median);

export async function first(): Promise<Measured> {
  const figures = await motionJpeg();
  const clips: [string, string][] = [
    ["JPEG", await jpegClip()],
    ["H.264, GOP of 60", await testClip()],
    ["H.264, GOP of 250", await testClip({ gop: 250 })],
  ];
  await using browser = await openBrowser();
  for (const [what, clip] of clips) {
    await using side = await startKt();
    const topic = await makeTopic("first");
    await using _ = emit(clip, "--topic", topic, "--name", "clip", "--loop");
    await pictureOf(side.origin, topic);
    // In the middle of a GOP, wherever that is: each page is opened at another moment.
    const opened = await newPages(`${side.origin}/#/${topic}/clip`);
    const figure = (name: string, kt: number[], bar?: Figure["bar"]): Figure => ({ name: `${name}, ${what}`, unit: "ms", better: "less", kt, bar });
    figures.push(figure("new page in a new browser, response to first paint", medians(opened), { most: mostFirstMs }));
    figures.push(figure("the slowest tenth of them", [percentile(opened, 90)]));
    figures.push(figure("tile to first paint on an open page", medians(await steps(browser, side, topic))));
  }
  figures.push(await unwatched(browser));
  return {
    figures,
    remarks: [
      "A new browser is a new profile: nothing is in its cache, and the page's script is parsed and compiled anew. The time runs from the first byte of the answer to the page, by the browser's own clock.",
    ],
  };
}

/** A stream that others watch already; by turns. */
async function motionJpeg(): Promise<Figure[]> {
  await using stage = await startNumbered(await jpegClip(), "first");
  const others = stage.sides.map((side) => view(stage.url(side), () => {}));
  const took = new Map<Side, number[]>(stage.sides.map((side) => [side, []]));
  for (const side of stage.sides) await firstPicture(stage.url(side));
  for (let i = 0; i < times; i++)
    for (const side of stage.sides) {
      await Bun.sleep(80 + Math.random() * 100);
      took.get(side)?.push(await firstPicture(stage.url(side)));
    }
  for (const other of others) other.destroy();
  const other = stage.go2rtc && { name: "go2rtc", values: medians(took.get(stage.go2rtc) ?? []) };
  return [{ name: "request to the whole first picture, Motion JPEG", unit: "ms", better: "less", kt: medians(took.get(stage.kt) ?? []), other }];
}

interface Painted {
  __kt?: { paints: { key: string; paintedAtMs: number }[] };
}

async function newPages(url: string): Promise<number[]> {
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    await using browser = await openBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(url, { waitUntil: "commit" });
    const painted = await page.waitForFunction(() => (globalThis as unknown as Painted).__kt?.paints[0]?.paintedAtMs, null, { timeout: 60_000 });
    const responseMs = await page.evaluate(() => {
      const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
      return performance.timeOrigin + (navigation?.responseStart ?? 0);
    });
    took.push(((await painted.jsonValue()) as number) - responseMs);
  }
  return took;
}

/** The wall's tiles are hidden by a large one, and one of them becomes the large one. */
async function steps(browser: Browser, { origin }: Side, topic: string): Promise<number[]> {
  const beside = await makeTopic("beside");
  await using _ = emit("testsrc", "--size", "320x180", "--topic", beside, "--name", "beside", "--codec", "mjpeg");
  await pictureOf(origin, beside);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    await page.goto(`${origin}/#/${beside}/beside`, { waitUntil: "commit" });
    await page.getByRole("dialog").waitFor({ timeout: 60_000 });
    const took: number[] = [];
    for (let i = 0; i < times; i++) {
      await Bun.sleep(400 + Math.random() * 400);
      took.push(await stepTo(page, `#/${topic}/clip`, "clip"));
      await page.evaluate((hash) => {
        location.hash = hash;
      }, `#/${beside}/beside`);
    }
    return took;
  } finally {
    await page.close();
  }
}

async function stepTo(page: Page, hash: string, key: string): Promise<number> {
  return page.evaluate(
    async ({ hash, key }) => {
      const clockMs = () => performance.timeOrigin + performance.now();
      const beganMs = clockMs();
      location.hash = hash;
      for (; clockMs() - beganMs < 15_000; await new Promise((resolve) => setTimeout(resolve, 4))) {
        const paint = (globalThis as unknown as Painted).__kt?.paints.find((paint) => paint.key === key && paint.paintedAtMs > beganMs);
        if (paint) return paint.paintedAtMs - beganMs;
      }
      return Number.NaN;
    },
    { hash, key },
  );
}

/** Streams that nobody watched before: the server has to ask Kafka for them. They end in the middle of a GOP of 250. */
async function unwatched(browser: Browser): Promise<Figure> {
  const clip = await testClip({ gop: 250 });
  const topic = await makeTopic("cold");
  const topics = Array.from({ length: times }, (_, i) => `${topic}-${String(i).padStart(2, "0")}`);
  await run([kt, "emit-video", ...topics.map((name) => `${name}=${clip}`), "--topic", "{name}", "--fast", "--duration", "8"]);
  await using side = await startKt();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${side.origin}/#/${topics[0]}/${topics[0]}`, { waitUntil: "commit" });
  await page.getByRole("dialog").waitFor({ timeout: 60_000 });
  const took: number[] = [];
  for (const name of topics.slice(1)) {
    await Bun.sleep(500);
    took.push(await stepTo(page, `#/${name}/${name}`, name));
  }
  await page.close();
  return { name: "tile to first paint of a stream that nobody watched, H.264, GOP of 250", unit: "ms", better: "less", kt: medians(took) };
}
