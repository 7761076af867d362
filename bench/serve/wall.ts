/** 49 streams of 360p15 on one page: the delay must not grow. */
import type { Page } from "playwright-core";
import { median, percentile, report, testClip } from "../support.ts";
import { allPaints, losses, openBrowser, openPage } from "./chromium.ts";
import { load, ms } from "./figures.ts";
import { emit, makeTopic, startKt } from "./sides.ts";

const streams = 49;
const rate = 15;
const seconds = 60;
const windowMs = 10_000;
const mostStartMs = 40_000;

export async function wall(): Promise<void> {
  const clip = await testClip({ size: "640x360", rate });
  const topic = await makeTopic("wall");
  await using side = await startKt();
  await using _ = emit(...Array.from({ length: streams }, (_, i) => `cam${i}=${clip}`), "--topic", topic, "--loop");
  await using browser = await openBrowser();
  await Bun.sleep(4000);
  const page = await openPage(browser, side.origin, { width: 2560, height: 1440 });
  // A screen on which all tiles are seen: those that are not are not asked for. The page learns of the streams one after the other.
  const begunMs = Date.now();
  while ((await painting(page)) < streams && Date.now() - begunMs < mostStartMs) await Bun.sleep(500);
  const tiles = await painting(page);
  const startSeconds = (Date.now() - begunMs) / 1000;
  await Bun.sleep(2000);
  const beganMs = Date.now();
  const before = await losses(page);
  await Bun.sleep(seconds * 1000);
  const after = await losses(page);
  const paints = (await allPaints(page)).filter(({ paintedAtMs }) => paintedAtMs >= beganMs && paintedAtMs < beganMs + seconds * 1000);
  const delays = (fromMs: number) =>
    paints
      .filter(({ paintedAtMs }) => paintedAtMs >= fromMs && paintedAtMs < fromMs + windowMs)
      .map(({ paintedAtMs, timestampMs }) => paintedAtMs - timestampMs);
  const [early, late] = [delays(beganMs), delays(beganMs + seconds * 1000 - windowMs)];
  report(
    `${streams} tiles of 360p${rate} H.264: ${tiles} painted after ${startSeconds.toFixed(0)} s; first 10 s median ${ms(median(early))}, p99 ${ms(percentile(early, 99))}; last 10 s median ${ms(median(late))}, p99 ${ms(percentile(late, 99))}; ${(paints.length / seconds / streams).toFixed(1)} pictures a second for each tile, ${after.dropped - before.dropped} left out, ${after.broken - before.broken} broken; ${load()}`,
  );
}

function painting(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      Object.values((globalThis as unknown as { __kt?: { tiles: Record<string, { painted: number }> } }).__kt?.tiles ?? {}).filter(({ painted }) => painted > 0)
        .length,
  );
}
