/** 20 tiles with 10 boxes each: they are to cost less than a tenth more processor time than without. */
import type { Figure } from "../report/figure.ts";
import { openBrowser } from "../serve/chromium.ts";
import { emit, makeTopic, pictureOf, startKt } from "../serve/sides.ts";
import { byTurns, testClip } from "../support.ts";
import { startDetector } from "./detector.ts";
import { drawnNow, measure, openBoxes, until } from "./page.ts";

const tilesShown = 20;
const boxes = 10;
const rate = 15;
const seconds = 10;
const rounds = 5;
/** Of the processor time without boxes. */
const mostCost = 1.1;

export async function tiles(): Promise<Figure[]> {
  const clip = await testClip({ size: "640x360", rate });
  const [video, seen] = [await makeTopic("wall"), await makeTopic("tiles")];
  await using side = await startKt();
  await using _emitting = emit(...Array.from({ length: tilesShown }, (_, i) => `cam${i}=${clip}`), "--topic", video, "--loop");
  await pictureOf(side.origin, video);
  await using _detecting = startDetector(video, seen, boxes);
  await using browser = await openBrowser();
  const turn = (which: "with" | "without") => async () => {
    // A window in which all of them are seen: those that are not are not asked for.
    const page = await openBoxes(browser, `${side.origin}/`, which === "with", { width: 1920, height: 1200 });
    await until(
      () => page.evaluate((count) => Object.values(window.__kt?.tiles ?? {}).filter(({ painted }) => painted > 0).length >= count, tilesShown),
      "all tiles",
    );
    if (which === "with") await until(async () => (await drawnNow(page)) >= boxes * (tilesShown - 2), "boxes on the tiles");
    await Bun.sleep(2000);
    const stretch = await measure(page, side.pid, seconds);
    await page.close();
    // Of each picture, as a machine that is busy shows fewer.
    return (1000 * (stretch.browser + stretch.server)) / stretch.rate;
  };
  const costs = await byTurns(rounds, { with: turn("with"), without: turn("without") });
  return [
    {
      name: `${tilesShown} tiles of 360p${rate} with ${boxes} boxes each: processor time of Chromium and kt serve`,
      unit: "ms a picture",
      better: "less",
      kt: costs.with,
      other: { name: "without boxes", values: costs.without },
      bar: { most: mostCost },
    },
  ];
}
