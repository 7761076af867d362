/** 1,000 boxes on one picture at 30 a second: it is to stay at 30. */
import type { Figure } from "../report/figure.ts";
import { openBrowser } from "../serve/chromium.ts";
import { emit, makeTopic, pictureOf, startKt } from "../serve/sides.ts";
import { byTurns, testClip } from "../support.ts";
import { startDetector } from "./detector.ts";
import { drawnNow, measure, openBoxes, until } from "./page.ts";

const boxes = 1000;
const rate = 30;
const seconds = 8;
const rounds = 5;
/** Of the pictures that are painted without boxes. */
const leastRate = 0.98;

export async function thousand(): Promise<Figure[]> {
  const clip = await testClip({ rate });
  const [video, seen] = [await makeTopic("film"), await makeTopic("thousand")];
  await using side = await startKt();
  await using _emitting = emit(`a=${clip}`, "--topic", video, "--loop");
  await pictureOf(side.origin, video);
  await using _detecting = startDetector(video, seen, boxes);
  await using browser = await openBrowser();
  const turn = (which: "with" | "without") => async () => {
    const page = await openBoxes(browser, `${side.origin}/#/${video}/a`, which === "with", { width: 1280, height: 800 });
    await until(async () => (await page.evaluate(() => Object.values(window.__kt?.tiles ?? {})[0]?.painted ?? 0)) > 0, "a picture");
    if (which === "with") await until(async () => (await drawnNow(page)) === boxes, `${boxes} boxes on the picture`);
    await Bun.sleep(2000);
    const stretch = await measure(page, side.pid, seconds);
    await page.close();
    return stretch.rate;
  };
  const rates = await byTurns(rounds, { with: turn("with"), without: turn("without") });
  return [
    {
      name: `${boxes.toLocaleString("en")} boxes on a picture of 720p${rate}: pictures painted`,
      unit: "1/s",
      better: "more",
      kt: rates.with,
      other: { name: "without boxes", values: rates.without },
      bar: { least: leastRate },
    },
  ];
}
