/**
 * 20 tiles with 10 boxes each: they are to cost less than a tenth more processor time than without. That is a question
 * of the same work: where a machine does not show all pictures, the fewer it shows the more each of them costs, as all
 * were decoded. Two processors without a GPU do not show 15 a second, so that the bar stands at the highest rate at which
 * all are shown, with boxes as without; and it is said as well how many are shown at 15.
 */
import type { Figure } from "../report/figure.ts";
import { openBrowser } from "../serve/chromium.ts";
import { emit, makeTopic, pictureOf, startKt } from "../serve/sides.ts";
import { byTurns, testClip } from "../support.ts";
import { startDetector } from "./detector.ts";
import { drawnNow, measure, openBoxes, type Stretch, until } from "./page.ts";

const tilesShown = 20;
const boxes = 10;
/** Pictures a second of each tile, from the highest on. */
const rates = [15, 10, 8, 6, 5, 4];
/** Of all pictures: not one that is shown a moment after the end of the stretch. */
const allShown = 0.97;
const seconds = 10;
const rounds = 5;
/** Of the processor time without boxes. */
const mostCost = 1.1;

type Stretches = Record<"with" | "without", Stretch[]>;

export async function tiles(): Promise<Figure[]> {
  const name = (rate: number) => `${tilesShown} tiles of 360p${rate} with ${boxes} boxes each`;
  const painted = (rate: number, { with: kt, without }: Stretches): Figure => ({
    name: `${name(rate)}: pictures painted`,
    unit: "1/s",
    better: "more",
    kt: kt.map(({ rate }) => rate),
    other: { name: "without boxes", values: without.map(({ rate }) => rate) },
  });
  const cost = (rate: number, { with: kt, without }: Stretches): Figure => {
    const costs = (its: Stretch[]) => its.map(({ browser, server, rate }) => (1000 * (browser + server)) / rate);
    return {
      name: `${name(rate)}: processor time of Chromium and kt serve`,
      unit: "ms a picture",
      better: "less",
      kt: costs(kt),
      other: { name: "without boxes", values: costs(without) },
      bar: { most: mostCost },
    };
  };
  const isAllShown = (rate: number, { with: kt, without }: Stretches) => [...kt, ...without].every((one) => one.rate >= allShown * tilesShown * rate);
  const [highest = 0, ...lower] = rates;
  const asMuch = await tilesAt(highest, rounds);
  if (isAllShown(highest, asMuch)) return [cost(highest, asMuch), painted(highest, asMuch)];
  let rate = highest;
  for (rate of lower) if (isAllShown(rate, await tilesAt(rate, 1))) break;
  const all = await tilesAt(rate, rounds);
  return [cost(rate, all), painted(rate, all), painted(highest, asMuch)];
}

async function tilesAt(rate: number, rounds: number): Promise<Stretches> {
  const clip = await testClip({ size: "640x360", rate });
  const [video, seen] = [await makeTopic("wall"), await makeTopic("tiles")];
  await using side = await startKt("--topics", video, "--topics", seen);
  await using _emitting = emit(...Array.from({ length: tilesShown }, (_, i) => `cam${i}=${clip}`), "--topic", video, "--loop");
  await pictureOf(side.origin, video);
  await using _detecting = startDetector(video, seen, boxes);
  await using browser = await openBrowser();
  const stretches: Stretches = { with: [], without: [] };
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
