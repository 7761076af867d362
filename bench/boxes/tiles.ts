/**
 * 20 tiles with 10 boxes each: they are to cost less than a tenth more processor time than without. Processor time
 * can be compared only at a rate at which two processors without a GPU show every picture, with boxes and without;
 * at a rate that is too much for them, it is said how many are shown.
 */
import type { Figure } from "../report/figure.ts";
import { openBrowser } from "../serve/chromium.ts";
import { emit, makeTopic, pictureOf, startKt } from "../serve/sides.ts";
import { byTurns, testClip } from "../support.ts";
import { startDetector } from "./detector.ts";
import { drawnNow, measure, openBoxes, type Stretch, until } from "./page.ts";

const tilesShown = 20;
const boxes = 10;
const shownRate = 5;
const tooHighRate = 15;
const seconds = 10;
const rounds = 5;
/** Of the processor time without boxes. */
const mostCost = 1.1;

export async function tiles(): Promise<Figure[]> {
  const shown = await tilesAt(shownRate);
  const tooHigh = await tilesAt(tooHighRate);
  const name = (rate: number) => `${tilesShown} tiles of 360p${rate} with ${boxes} boxes each`;
  const costs = (stretches: Stretch[]) => stretches.map(({ browser, server, rate }) => (1000 * (browser + server)) / rate);
  const rates = (stretches: Stretch[]) => stretches.map(({ rate }) => rate);
  return [
    {
      name: `${name(shownRate)}: processor time of Chromium and kt serve`,
      unit: "ms a picture",
      better: "less",
      kt: costs(shown.with),
      other: { name: "without boxes", values: costs(shown.without) },
      bar: { most: mostCost },
    },
    {
      name: `${name(tooHighRate)}: pictures painted`,
      unit: "1/s",
      better: "more",
      kt: rates(tooHigh.with),
      other: { name: "without boxes", values: rates(tooHigh.without) },
    },
  ];
}

async function tilesAt(rate: number): Promise<Record<"with" | "without", Stretch[]>> {
  const clip = await testClip({ size: "640x360", rate });
  const [video, seen] = [await makeTopic("wall"), await makeTopic("tiles")];
  await using side = await startKt("--topics", video, "--topics", seen);
  await using _emitting = emit(...Array.from({ length: tilesShown }, (_, i) => `cam${i}=${clip}`), "--topic", video, "--loop");
  await pictureOf(side.origin, video);
  await using _detecting = startDetector(video, seen, boxes);
  await using browser = await openBrowser();
  const stretches: Record<"with" | "without", Stretch[]> = { with: [], without: [] };
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
    stretches[which].push(stretch);
    await page.close();
    return stretch.rate;
  };
  await byTurns(rounds, { with: turn("with"), without: turn("without") });
  return stretches;
}
