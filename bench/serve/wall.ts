/** 49 streams of 360p15 on one page: the delay must not grow. */
import type { Page } from "playwright-core";
import type { Measured } from "../report/figure.ts";
import { median, percentile, testClip } from "../support.ts";
import { allPaints, losses, openBrowser, openPage } from "./chromium.ts";
import { emit, makeTopic, startKt } from "./sides.ts";

const streams = 49;
const rate = 15;
const seconds = 20;
const windowMs = 5000;
const mostStartMs = 40_000;

export async function wall(): Promise<Measured> {
  const clip = await testClip({ size: "640x360", rate });
  const topic = await makeTopic("wall");
  await using side = await startKt();
  await using _ = emit(...Array.from({ length: streams }, (_, i) => `cam${i}=${clip}`), "--topic", topic, "--loop");
  await using browser = await openBrowser();
  await Bun.sleep(4000);
  // A screen on which all tiles are seen: those that are not are not asked for. The page learns of the streams one after the other.
  const page = await openPage(browser, `${side.origin}/?wall=${topic}`, { width: 2560, height: 1440 });
  const begunMs = Date.now();
  while ((await painting(page)) < streams && Date.now() - begunMs < mostStartMs) await Bun.sleep(500);
  const tiles = await painting(page);
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
  return {
    figures: [
      { name: `tiles of 360p${rate} H.264 that are painted, of ${streams}`, unit: "tiles", better: "more", kt: [tiles] },
      { name: "pictures for each tile", unit: "pictures/s", better: "more", kt: [paints.length / seconds / streams] },
      { name: "timestamp to paint, median, at the beginning", unit: "ms", better: "less", kt: [median(early)] },
      { name: `and ${seconds - windowMs / 1000} s later`, unit: "ms", better: "less", kt: [median(late)] },
      { name: "slowest hundredth of these", unit: "ms", better: "less", kt: [percentile(late, 99)] },
      { name: "pictures left out by the server", unit: "pictures", better: "less", kt: [after.dropped - before.dropped] },
      { name: "pictures that could not be decoded", unit: "pictures", better: "less", kt: [after.broken - before.broken] },
    ],
  };
}

function painting(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      Object.values((globalThis as unknown as { __kt?: { tiles: Record<string, { painted: number }> } }).__kt?.tiles ?? {}).filter(({ painted }) => painted > 0)
        .length,
  );
}
