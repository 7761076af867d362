/**
 * 20 tiles with 10 boxes each: they are to cost less than a tenth more processor time than without. Two processors
 * without a GPU do not show all of 15 pictures a second, with boxes or without: so it is said as well how many they
 * show, and what it is at a rate at which they show all.
 */
import type { Figure } from "../report/figure.ts";
import { openBrowser } from "../serve/chromium.ts";
import { emit, makeTopic, pictureOf, startKt } from "../serve/sides.ts";
import { byTurns, testClip } from "../support.ts";
import { startDetector } from "./detector.ts";
import { drawnNow, measure, openBoxes, type Stretch, until } from "./page.ts";

const tilesShown = 20;
const boxes = 10;
const rate = 15;
const lowRate = 5;
const seconds = 10;
const rounds = 5;
/** Of the processor time without boxes. */
const mostCost = 1.1;

export async function tiles(): Promise<Figure[]> {
  const usual = await tilesAt(rate);
  const low = await tilesAt(lowRate);
  const name = (rate: number) => `${tilesShown} tiles of 360p${rate} with ${boxes} boxes each`;
  const cost = (rate: number, stretches: Record<"with" | "without", Stretch[]>): Figure => {
    // Of each picture, as a machine that is busy shows fewer.
    const costs = (its: Stretch[]) => its.map(({ browser, server, rate }) => (1000 * (browser + server)) / rate);
    return {
      name: `${name(rate)}: processor time of Chromium and kt serve`,
      unit: "ms a picture",
      better: "less",
      kt: costs(stretches.with),
      other: { name: "without boxes", values: costs(stretches.without) },
    };
  };
  const rates = (stretches: Stretch[]) => stretches.map(({ rate }) => rate);
  return [
    { ...cost(rate, usual), bar: { most: mostCost } },
    {
      name: `${name(rate)}: pictures painted`,
      unit: "1/s",
      better: "more",
      kt: rates(usual.with),
      other: { name: "without boxes", values: rates(usual.without) },
    },
    cost(lowRate, low),
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
