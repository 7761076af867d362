/** From the frame's timestamp to the picture on the page, 720p30: kt's tiles, and <img> of both. */
import type { Browser } from "playwright-core";
import type { Figure, Measured } from "../report/figure.ts";
import { median, percentile, testClip } from "../support.ts";
import { allPaints, openBrowser, openPage } from "./chromium.ts";
import { inRounds } from "./figures.ts";
import { jpegClip, pictureCount, rate, squarePixels, squares } from "./pictures.ts";
import { emit, makeTopic, pictureOf, type Side, startKt, startNumbered } from "./sides.ts";

const rounds = 5;
const settleMs = 2000;
/** Of each round of <img>, and of all rounds of a tile together. */
const seconds = 4;
const tileSeconds = 8;

export async function delay(): Promise<Measured> {
  const numbered = await jpegClip();
  const tiles: [string, string][] = [
    ["JPEG", numbered],
    ["H.264", await testClip()],
    ["H.264 with B-frames", await testClip({ bFrames: 2 })],
  ];
  await using browser = await openBrowser();
  const figures: Figure[] = [];
  for (const [what, clip] of tiles) {
    await using side = await startKt();
    const topic = await makeTopic("delay");
    await using _ = emit(clip, "--topic", topic, "--name", "clip", "--loop");
    await pictureOf(side.origin, topic);
    const delays = inRounds(await tileDelays(browser, `${side.origin}/#/${topic}/clip`), rounds);
    const figure = (name: string, of: (round: number[]) => number): Figure => ({
      name: `timestamp to paint on the page, ${what}, ${name}`,
      unit: "ms",
      better: "less",
      kt: delays.map(of),
    });
    figures.push(
      figure("median", median),
      figure("slowest hundredth", (round) => percentile(round, 99)),
    );
  }
  figures.push(await images(browser, numbered));
  return {
    figures,
    remarks: [
      "Both get the same pictures: kt through Kafka from an emitter, go2rtc straight from a camera of Motion JPEG. kt's delay begins with the record's timestamp, go2rtc's when the picture was sent to it.",
    ],
  };
}

/** An <img> of each, by turns. */
async function images(browser: Browser, clip: string): Promise<Figure> {
  await using stage = await startNumbered(clip, "delay");
  const delaysMs = new Map<Side, number[]>(stage.sides.map((side) => [side, []]));
  for (let round = 0; round < rounds; round++)
    for (const side of stage.sides) {
      const sentMs = side === stage.kt ? await ktClock(side, stage.topic) : stage.feeder.sentMs;
      const shown = await imageChanges(browser, side, stage.url(side));
      const delays = shown.map(({ number, atMs }) => atMs - (sentMs(number, atMs) ?? Number.NaN)).filter((delay) => !Number.isNaN(delay));
      delaysMs.get(side)?.push(median(delays));
    }
  const other = stage.go2rtc && { name: "go2rtc", values: delaysMs.get(stage.go2rtc) ?? [] };
  return { name: "timestamp to <img>, Motion JPEG", unit: "ms", better: "less", kt: delaysMs.get(stage.kt) ?? [], other };
}

async function tileDelays(browser: Browser, url: string): Promise<number[]> {
  const page = await openPage(browser, url);
  try {
    await page.waitForFunction(() => (globalThis as unknown as { allPaints?: unknown[] }).allPaints?.length, null, { timeout: 60_000 });
    await Bun.sleep(settleMs);
    const before = (await allPaints(page)).length;
    await Bun.sleep(tileSeconds * 1000);
    return (await allPaints(page)).slice(before).map(({ paintedAtMs, timestampMs }) => paintedAtMs - timestampMs);
  } finally {
    await page.close();
  }
}

/** A looped clip goes on at its rate, one offset a picture: from one record's timestamp all others are known. */
async function ktClock({ origin }: Side, topic: string): Promise<(number: number, beforeMs: number) => number> {
  const { timestampMs, offset } = await pictureOf(origin, topic);
  const pictureMs = 1000 / rate;
  const loopMs = pictureCount * pictureMs;
  return (number, beforeMs) => {
    const sometimeMs = timestampMs + (number - (offset % pictureCount)) * pictureMs;
    return sometimeMs + Math.floor((beforeMs - sometimeMs) / loopMs) * loopMs;
  };
}

interface Shown {
  number: number;
  /** When a frame of the screen found it, ms since 1970. */
  atMs: number;
}

/**
 * Looks, at each frame of the screen, which picture <img> has: what drawImage draws there is what this
 * frame of the screen shows. So a picture is seen up to 17 ms later than it is ready, as for a person.
 */
async function imageChanges(browser: Browser, { origin }: Side, url: string): Promise<Shown[]> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    // A canvas tells nothing of a picture from another origin.
    await page.goto(`${origin}/favicon.ico`);
    await page.evaluate(
      ({ url, squares, squarePixels }) => {
        const seen: Shown[] = [];
        Object.assign(globalThis, { seen });
        const image = new Image();
        image.src = url;
        document.body.replaceChildren(image);
        const canvas = new OffscreenCanvas(squares, 1);
        const pen = canvas.getContext("2d", { willReadFrequently: true });
        const look = () => {
          requestAnimationFrame(look);
          if (!pen || !image.naturalWidth) return;
          for (let bit = 0; bit < squares; bit++) pen.drawImage(image, bit * squarePixels + 8, 8, 16, 16, bit, 0, 1, 1);
          const { data } = pen.getImageData(0, 0, squares, 1);
          const number = Array.from({ length: squares }, (_, bit) => ((data[bit * 4] as number) > 127 ? 2 ** bit : 0)).reduce((sum, bit) => sum + bit, 0);
          if (number !== seen.at(-1)?.number) seen.push({ number, atMs: performance.timeOrigin + performance.now() });
        };
        look();
      },
      { url, squares, squarePixels },
    );
    await Bun.sleep(settleMs);
    const before = await page.evaluate(() => (globalThis as unknown as { seen: Shown[] }).seen.length);
    await Bun.sleep(seconds * 1000);
    const seen = await page.evaluate(() => (globalThis as unknown as { seen: Shown[] }).seen);
    return seen.slice(before);
  } finally {
    await page.close();
  }
}
