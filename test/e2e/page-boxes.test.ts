/** What a program saw is drawn over the picture in which it saw it, in Chromium, by the pixels of both. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { OwnBroker } from "./support/broker.ts";
import { type Visit, visit } from "./support/browser.ts";
import { eventually, ktOk, type Served, serve, startKt, type TempFolder, tempFolder } from "./support/kt.ts";
import { type Look, lookAtSquares, rate, squareClip, squareSize, startDetector } from "./support/square.ts";

setDefaultTimeout(400_000);

const seconds = 40;
const frames = 200;
let broker: OwnBroker;
let served: Served;
let folder: TempFolder;
let env: { KT_BROKERS: string };
let clip: string;

beforeAll(async () => {
  broker = await OwnBroker.start();
  env = { KT_BROKERS: broker.address };
  folder = await tempFolder();
  clip = await squareClip(`${folder.path}/square.mp4`, seconds);
  for (const topic of ["film", "seen", "camera", "live-seen"]) await ktOk(["topic", "create", topic], { env });
  await ktOk(["emit-video", clip, "--topic", "film", "--name", "jpeg", "--codec", "mjpeg", "--fast"], { env });
  await ktOk(["emit-video", clip, "--topic", "film", "--name", "h264", "--fast"], { env });
  await using detector = startDetector(broker.address, "film", "seen", { more: ["--from", "start", "--exit"] });
  await detector.done;
  served = await serve(broker.address);
  await eventually(
    async () => ((await (await fetch(`${served.url}/topics/seen`)).json()) as { detections?: unknown }).detections,
    "the topic known as detections",
  );
});

afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** The player of a stream, with what is remembered of how boxes are drawn. */
async function open(stream: string, settings: object = {}): Promise<Visit> {
  const visited = await visit(`${served.url}/healthz`);
  await visited.page.setViewportSize({ width: 800, height: 640 });
  await visited.page.evaluate((text) => localStorage.setItem("kt-boxes", text), JSON.stringify(settings));
  await visited.page.goto(`${served.url}/#/${stream}`, { waitUntil: "commit" });
  return visited;
}

/** Of a lag the box is so much further back; without one it is on the square. */
function expectOnSquare(looks: Look[], count: number): void {
  const own = looks.filter(({ of }) => of === "picture");
  expect(own.length).toBeGreaterThanOrEqual(count);
  const wrong = own.filter(({ apart, grown }) => !apart || !grown || apart.some((by) => Math.abs(by) > 2) || grown.some((by) => by < -1 || by > 8));
  expect(wrong).toEqual([]);
  // Of no other picture, while none of this one is known.
  expect(looks.filter(({ of }) => of === "older")).toEqual([]);
}

async function pausedInside(page: Page): Promise<void> {
  await page.getByRole("slider", { name: "Time" }).waitFor();
  const line = await page.getByRole("slider", { name: "Time" }).boundingBox();
  await page.mouse.click((line?.x ?? 0) + (line?.width ?? 0) / 2, (line?.y ?? 0) + (line?.height ?? 0) / 2);
  // At the begin of the log it has stopped by itself.
  if (await page.getByRole("button", { name: "Pause", exact: true }).isVisible()) await page.keyboard.press("k");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await Bun.sleep(1000);
}

const measured = (page: Page, name: string) =>
  page.evaluate((name) => {
    const { frame, agreement, drawn } = (
      window as unknown as { __kt: { boxes: Record<string, { frame: { offset: number } | null; agreement: { of: string }; drawn: unknown[] }> } }
    ).__kt.boxes[name] as never;
    return { frame, agreement, drawn } as { frame: { offset: number } | null; agreement: { of: string }; drawn: unknown[] };
  }, name);

for (const key of ["jpeg", "h264"]) {
  test(`${key}: paused and stepped both ways, each picture has its own box`, async () => {
    await using visited = await open(`film/${key}`);
    const { page } = visited;
    await pausedInside(page);
    const name = `film/${key}`;
    const looks: Look[] = [];
    let before = (await measured(page, name)).frame?.offset ?? -1;
    for (let step = 0; step < frames; step++) {
      await page.keyboard.press(step < frames / 2 ? "." : ",");
      let state = "";
      const isShown = async () => {
        const { frame, agreement } = await measured(page, name);
        state = JSON.stringify({ before, frame, agreement });
        return frame && frame.offset !== before && agreement.of === "picture";
      };
      await eventually(isShown, () => `the box of step ${step}: ${state}`);
      looks.push(...(await lookAtSquares(page, name, 1, 5000)));
      before = looks.at(-1)?.offset ?? before;
    }
    expectOnSquare(looks, frames);
  });

  for (const [way, keys] of [
    ["reversed", ["r"]],
    ["at 4x", ["Home", "k", ">", ">"]],
  ] as const)
    test(`${key}: ${way}, what is drawn is of the picture that is shown`, async () => {
      await using visited = await open(`film/${key}`);
      const { page } = visited;
      await pausedInside(page);
      const looks: Look[] = [];
      for (let round = 0; round < 6 && looks.filter(({ of }) => of === "picture").length < frames; round++) {
        for (const pressed of keys) await page.keyboard.press(pressed);
        looks.push(...(await lookAtSquares(page, `film/${key}`, frames, (way === "reversed" ? seconds / 2 : seconds / 4) * 1000 - 500)));
        await pausedInside(page);
        if (way === "reversed") await page.keyboard.press("r");
        await page.keyboard.press("k");
      }
      expectOnSquare(looks, frames);
    });
}

/** A camera, and the detector that looks at it, for as long as something is done. */
async function whileLive<Result>(act: () => Promise<Result>): Promise<Result> {
  await using _emitting = startKt(["emit-video", clip, "--topic", "camera", "--name", "a", "--codec", "mjpeg", "--loop"], { env });
  await eventually(async () => (await fetch(`${served.url}/topics/camera/frame`)).ok, "a live picture");
  await using _ = startDetector(broker.address, "camera", "live-seen", { delayMs: 300, more: ["--from", "end"], loopFrames: seconds * rate });
  await eventually(async () => ((await (await fetch(`${served.url}/topics/live-seen`)).json()) as { detections?: unknown }).detections, "the live detections");
  return await act();
}

test("live, held: each picture is shown with its own box; not held, the lag that is shown is true", () =>
  whileLive(async () => {
    {
      await using visited = await open("camera/a", { holdMs: 5000 });
      await eventually(async () => (await measured(visited.page, "camera/a").catch(() => null))?.agreement.of === "picture", "a held picture with its box");
      const looks = await lookAtSquares(visited.page, "camera/a", frames, 180_000);
      expect(looks.filter(({ of }) => of !== "picture")).toEqual([]);
      expectOnSquare(looks, frames);
      expect(await visited.page.locator(".boxes-note").textContent()).toMatch(/^held \d/);
    }
    await using visited = await open("camera/a");
    await eventually(async () => (await measured(visited.page, "camera/a").catch(() => null))?.agreement.of === "older", "a picture with an older box");
    const looks = await lookAtSquares(visited.page, "camera/a", 60, 30_000);
    const older = looks.filter(({ of, apart }) => of === "older" && apart);
    expect(older.length).toBeGreaterThan(10);
    const scale = await visited.page.evaluate(({ width }) => (document.querySelector(".tile.large .picture")?.clientWidth ?? 0) / width, squareSize);
    const [perFrame] = [7 * scale];
    // Where the square has jumped back to the left in between, the way is not straight.
    const straight = older.filter(({ byMs, apart }) => Math.abs(-(apart?.[0] ?? 0) - (perFrame * (byMs ?? 0) * rate) / 1000) < 100);
    expect(straight.length).toBeGreaterThan(older.length / 2);
    expect(straight.filter(({ byMs, apart }) => Math.abs(-(apart?.[0] ?? 0) - (perFrame * (byMs ?? 0) * rate) / 1000) > 3)).toEqual([]);
    expect(await visited.page.locator(".boxes-note").textContent()).toMatch(/^boxes .* behind$/);
  }));

const tileOf = (name: string, topic: string) => `[aria-label="${name}, topic ${topic}"]`;

test("on the wall boxes are drawn into the pictures themselves, each held one with its own box on its square", async () => {
  await using visited = await open("", { holdMs: 5000 });
  const { page } = visited;
  const tile = tileOf("a", "camera");
  const looks = await whileLive(async () => {
    await eventually(async () => (await measured(page, "camera/a").catch(() => null))?.agreement.of === "picture", "a picture of the wall with its box");
    return await lookAtSquares(page, "camera/a", frames / 4, 60_000, tile);
  });
  expect(await page.locator(`${tile} canvas.boxes`).isVisible()).toBe(false);
  const wrong = looks.filter(
    ({ of, apart, grown }) => of !== "picture" || !apart?.every((by) => Math.abs(by) <= 2) || !grown?.every((by) => by >= 2 && by <= 12),
  );
  expect([looks.length, wrong]).toEqual([frames / 4, []]);
});

test("on the wall boxes come and go over a picture that stands, and leave it as it was", async () => {
  await using visited = await open("", { on: false });
  const { page } = visited;
  const isOf = (of: string) => eventually(async () => (await measured(page, "film/jpeg").catch(() => null))?.agreement.of === of, `boxes of ${of}`);
  const pixels = () => page.evaluate((tile) => document.querySelector<HTMLCanvasElement>(`${tile} .picture canvas`)?.toDataURL(), tileOf("jpeg", "film"));
  await eventually(async () => (await measured(page, "film/jpeg").catch(() => null))?.frame, "the picture");
  const bare = await pixels();
  const toggle = page.getByRole("button", { name: "Boxes" });
  await toggle.click();
  await isOf("picture");
  expect(await pixels()).not.toBe(bare);
  await toggle.click();
  await isOf("nothing");
  expect(await pixels()).toBe(bare);
});

test("what is hostile breaks neither the picture nor the page", async () => {
  await using visited = await open("film/jpeg");
  const { page } = visited;
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await pausedInside(page);
  const { timestampMs } = (await measured(page, "film/jpeg")).frame as unknown as { timestampMs: number };
  const box = [10, 10, 100, 100];
  const hostile = [
    '{"size":[640,360],"objects":[{"label":"a","box":[NaN,1e308,-1,Infinity]}]}',
    JSON.stringify({ size: [1e-9, 1e-9], objects: [{ label: "b", box }] }),
    JSON.stringify(Array(50_000).fill([1, 2, 300, 200, 0.5, 3])),
    JSON.stringify({
      size: [640, 360],
      objects: [
        {
          label: "<img src=x onerror=alert(1)>",
          score: 1e9,
          box,
          color: "red;}",
          points: [
            [1e6, -1e6],
            [0, 0],
            [5, 5],
          ],
        },
      ],
    }),
  ];
  const topics = ["hostile-a", "hostile-b", "hostile-c", "hostile-d"];
  for (const [i, value] of hostile.entries())
    await ktOk(["produce", topics[i] as string, "--json"], {
      env,
      stdin: `${JSON.stringify({ key: "jpeg", timestamp: timestampMs, headers: [{ name: "kt-topic", value: "film" }], value })}\n`,
    });
  await eventually(
    async () => ((await measured(page, "film/jpeg")).drawn as { label: string }[]).some(({ label }) => label.startsWith("<img")),
    "the hostile label on the layer",
  );
  expect((await measured(page, "film/jpeg")).drawn.length).toBeLessThan(5000);
  await page.keyboard.press("B");
  await page.getByText("<img src=x onerror=alert(1)>").waitFor();
  expect(await page.locator("img[src=x]").count()).toBe(0);
  await page.setViewportSize({ width: 390, height: 844 });
  const menu = await page.getByRole("region", { name: "Which boxes are drawn" }).boundingBox();
  expect({ left: (menu?.x ?? -1) >= 0, right: (menu?.x ?? 0) + (menu?.width ?? 999) <= 390 }).toEqual({ left: true, right: true });
  await page.setViewportSize({ width: 800, height: 640 });
  const before = (await measured(page, "film/jpeg")).frame?.offset;
  await page.keyboard.press("Escape");
  await page.keyboard.press(".");
  await eventually(async () => (await measured(page, "film/jpeg")).frame?.offset !== before, "the next picture");
  expect(errors).toEqual([]);
});
