/** 1,000 boxes on one picture at 30 a second: it is to stay at 30. */
import { openBrowser } from "../serve/chromium.ts";
import { load, mean } from "../serve/figures.ts";
import { emit, makeTopic, pictureOf, startKt } from "../serve/sides.ts";
import { byTurns, median, report, testClip } from "../support.ts";
import { startDetector } from "./detector.ts";
import { drawnNow, measure, openBoxes, type Stretch, until } from "./page.ts";

const boxes = 1000;
const rate = 30;
const seconds = 8;
const rounds = 3;

export async function thousand(): Promise<void> {
  const clip = await testClip({ rate });
  const [video, seen] = [await makeTopic("film"), await makeTopic("thousand")];
  await using side = await startKt();
  await using _emitting = emit(`a=${clip}`, "--topic", video, "--loop");
  await pictureOf(side.origin, video);
  await using _detecting = startDetector(video, seen, boxes);
  await using browser = await openBrowser();
  const stretches: Record<"with" | "without", Stretch[]> = { with: [], without: [] };
  const turn = (which: "with" | "without") => async () => {
    const page = await openBoxes(browser, `${side.origin}/#/${video}/a`, which === "with", { width: 1280, height: 800 });
    await until(async () => (await page.evaluate(() => Object.values(window.__kt?.tiles ?? {})[0]?.painted ?? 0)) > 0, "a picture");
    if (which === "with") await until(async () => (await drawnNow(page)) === boxes, `${boxes} boxes on the picture`);
    await Bun.sleep(2000);
    const stretch = await measure(page, side.pid, seconds);
    stretches[which].push(stretch);
    await page.close();
    return stretch.rate;
  };
  const rates = await byTurns(rounds, { with: turn("with"), without: turn("without") });
  const cpu = (which: "with" | "without", of: "browser" | "server") => `${(100 * mean(stretches[which].map((stretch) => stretch[of]))).toFixed(0)} %`;
  report(
    `${boxes} boxes on a picture of 720p${rate}: ${median(rates.with).toFixed(1)} pictures a second, without boxes ${median(rates.without).toFixed(1)}; Chromium ${cpu("with", "browser")} of a core, without ${cpu("without", "browser")}; kt serve ${cpu("with", "server")}, without ${cpu("without", "server")}; ${load()}`,
  );
}
