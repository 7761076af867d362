/** A topic of data beside the player, in Chromium: it says what it said at the time that is shown. */
import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import type { RecordEnvelope } from "../../src/format/json.ts";
import { visit } from "./support/browser.ts";
import { eventually, ktOk, makeTopic, recordsOf, serve, tempFolder } from "./support/kt.ts";
import { squareClip } from "./support/square.ts";

setDefaultTimeout(180_000);

const seconds = 20;
let film: string;
let score: string;
let pictures: RecordEnvelope[];

beforeAll(async () => {
  [film, score] = [await makeTopic("film"), await makeTopic("score")];
  await using folder = await tempFolder();
  const clip = await squareClip(`${folder.path}/game.mp4`, seconds);
  for (const name of ["pitch", "stand"]) await ktOk(["emit-video", clip, "--topic", film, "--name", name, "--codec", "mjpeg", "--fast"]);
  pictures = (await recordsOf(film)).filter(({ key, value }) => key === "pitch" && value !== "").sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
  const firstMs = pictures[0]?.timestamp ?? 0;
  // A goal every five seconds; of another stream and behind its time something else, as in any topic.
  const goals = [0, 1, 2, 3].map((home) => ({ key: "pitch", timestamp: firstMs + home * 5000, value: JSON.stringify({ home, away: 0 }) }));
  const others = [3000, 12_000, 19_000].map((afterMs) => ({ key: "stand", timestamp: firstMs + afterMs, value: JSON.stringify({ home: 99 }) }));
  const lines = [...goals, ...others].sort((a, b) => a.timestamp - b.timestamp);
  await ktOk(["produce", score, "--json"], { stdin: lines.map((line) => `${JSON.stringify(line)}\n`).join("") });
});

/** To a part of the timeline. */
async function seek(page: Page, part: number): Promise<void> {
  const line = await page.getByRole("slider", { name: "Time" }).boundingBox();
  await page.mouse.click((line?.x ?? 0) + (line?.width ?? 0) * part, (line?.y ?? 0) + (line?.height ?? 0) / 2);
}

const shownMs = (page: Page, name: string) => page.evaluate((name) => window.__kt.boxes[name]?.frame?.timestampMs ?? Number.NaN, name);

test("a score board follows its game: sought, played backwards, and of its own stream", async () => {
  await using served = await serve();
  await using visited = await visit(`${served.url}/#/${film}/pitch`);
  const { page } = visited;
  await page.getByRole("slider", { name: "Time" }).waitFor();
  await page.getByLabel("Data beside the picture").selectOption(score);
  const board = page.getByRole("region", { name: `${score} at the time that is shown` });
  const home = async () => /home\s*(\d+)/.exec(await board.innerText())?.[1];
  const name = `${film}/pitch`;
  const firstMs = pictures[0]?.timestamp ?? 0;
  await seek(page, 0.5);
  await page.keyboard.press("k");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  const scores = new Set<string>();
  for (const part of [0.9, 0.1, 0.6, 0.35]) {
    const before = await shownMs(page, name);
    await seek(page, part);
    const isRight = async () => {
      const timeMs = await shownMs(page, name);
      return timeMs !== before && (await home()) === String(Math.floor((timeMs - firstMs) / 5000));
    };
    await eventually(isRight, `the score at ${part}`);
    scores.add((await home()) ?? "");
  }
  expect(scores.size).toBeGreaterThan(2);
  // However many rows the buttons take, none is covered.
  for (const [width, height] of [
    [390, 844],
    [768, 1024],
    [1440, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    const isAbove = async () => {
      const [its, line] = [await board.boundingBox(), await page.getByRole("slider", { name: "Time" }).boundingBox()];
      return its && line && its.y + its.height <= line.y;
    };
    await eventually(isAbove, `the board above the timeline, at ${width} pixels`);
  }
  // Backwards goals are taken back, one after the other.
  await seek(page, 0.9);
  await eventually(async () => (await home()) === "3", "the last score");
  const seen = new Set<string>();
  await page.keyboard.press("r");
  await eventually(
    async () => {
      seen.add((await home()) ?? "");
      return seen.has("1");
    },
    () => `the score of before: ${[...seen]}`,
    60_000,
  );
  expect([...seen]).toEqual(["3", "2", "1"]);
  // It is remembered, and of the other stream it says what is said of that.
  await page.reload({ waitUntil: "commit" });
  await board.waitFor();
  await page.goto(`${served.url}/#/${film}/stand`);
  await page.getByLabel("Data beside the picture").selectOption(score);
  await page.getByRole("slider", { name: "Time" }).waitFor();
  await seek(page, 0.8);
  await eventually(async () => (await home()) === "99", "the other stream's own");
});
