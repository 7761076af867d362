/** How long it takes until there is a picture. */
import type { Browser, Page } from "playwright-core";
import { kt, median, report, run, testClip } from "../support.ts";
import { openBrowser } from "./chromium.ts";
import { load, spread } from "./figures.ts";
import { jpegClip } from "./pictures.ts";
import { emit, makeTopic, pictureOf, type Side, startKt, startNumbered } from "./sides.ts";
import { firstPicture, view } from "./viewer.ts";

const times = 20;

export async function first(): Promise<void> {
  await motionJpeg();
  await using browser = await openBrowser();
  const clips: [string, string][] = [
    ["JPEG", await jpegClip()],
    ["H.264, GOP of 60", await testClip()],
    ["H.264, GOP of 250", await testClip({ gop: 250 })],
  ];
  for (const [what, clip] of clips) {
    await using side = await startKt();
    const topic = await makeTopic("first");
    await using _ = emit(clip, "--topic", topic, "--name", "clip", "--loop");
    await pictureOf(side.origin, topic);
    // In the middle of a GOP, wherever that is: each page is opened at another moment.
    report(`new page to first paint, kt, ${what}: ${spread(await newPages(browser, `${side.origin}/#/${topic}/clip`))}; ${load()}`);
    report(`tile to first paint on an open page, kt, ${what}: ${spread(await steps(browser, side, topic))}; ${load()}`);
  }
  await unwatched(browser);
}

/** A stream that others watch already. */
async function motionJpeg(): Promise<void> {
  await using stage = await startNumbered(await jpegClip(), "first");
  const took = new Map<Side, number[]>();
  for (const side of stage.sides) {
    const other = view(stage.url(side), () => {});
    await firstPicture(stage.url(side));
    const all: number[] = [];
    for (let i = 0; i < times; i++) {
      await Bun.sleep(80 + Math.random() * 100);
      all.push(await firstPicture(stage.url(side)));
    }
    other.destroy();
    took.set(side, all);
  }
  for (const [{ name }, all] of took) report(`request to the whole first picture, MJPEG, ${name}: ${spread(all)}; ${load()}`);
  const [ktMs, go2rtcMs] = [...took.values()].map(median);
  if (ktMs && go2rtcMs) report(`first MJPEG picture: kt ${ktMs.toFixed(1)} ms, go2rtc ${go2rtcMs.toFixed(1)} ms: ratio ${(ktMs / go2rtcMs).toFixed(2)}`);
}

interface Painted {
  __kt?: { paints: { key: string; paintedAtMs: number }[] };
}

async function newPages(browser: Browser, url: string): Promise<number[]> {
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(url, { waitUntil: "commit" });
    const painted = await page.waitForFunction(() => (globalThis as unknown as Painted).__kt?.paints[0]?.paintedAtMs, null, { timeout: 20_000 });
    took.push(((await painted.jsonValue()) as number) - (await page.evaluate(() => performance.timeOrigin)));
    await page.close();
    await Bun.sleep(Math.random() * 400);
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
    await page.getByRole("dialog").waitFor({ timeout: 20_000 });
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
async function unwatched(browser: Browser): Promise<void> {
  const clip = await testClip({ gop: 250 });
  const topic = await makeTopic("cold");
  const topics = Array.from({ length: times }, (_, i) => `${topic}-${String(i).padStart(2, "0")}`);
  await run([kt, "emit-video", ...topics.map((name) => `${name}=${clip}`), "--topic", "{name}", "--fast", "--duration", "8"]);
  await using side = await startKt();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${side.origin}/#/${topics[0]}/${topics[0]}`, { waitUntil: "commit" });
  await page.getByRole("dialog").waitFor({ timeout: 20_000 });
  const took: number[] = [];
  for (const name of topics.slice(1)) {
    await Bun.sleep(500);
    took.push(await stepTo(page, `#/${name}/${name}`, name));
  }
  await page.close();
  report(`tile to first paint of a stream that nobody watched, kt, H.264, GOP of 250: ${spread(took)}; ${load()}`);
}
