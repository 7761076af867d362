/** A camera whose network loses some of it: what a page shows of H.264 that cannot be decoded. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import type { RecordEnvelope } from "../../src/format/json.ts";
import { OwnBroker } from "./support/broker.ts";
import { paints, visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, jsonLines, ktOk, type Served, serve, startKt, type TempFolder, tempFolder } from "./support/kt.ts";

setDefaultTimeout(180_000);

const framesPerGroup = 50;
let broker: OwnBroker;
let served: Served;
let folder: TempFolder;
let env: { KT_BROKERS: string };
/** Eight seconds. */
let frames: RecordEnvelope[];

beforeAll(async () => {
  broker = await OwnBroker.start();
  env = { KT_BROKERS: broker.address };
  served = await serve(broker.address);
  folder = await tempFolder();
  const encoding = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-bf", "0", "-g", String(framesPerGroup), "-sc_threshold", "0", "-threads", "1"];
  const clip = await makeClip(`${folder.path}/whole.mp4`, { seconds: 8, rate: 25, encoding });
  await ktOk(["emit-video", clip, "--topic", "whole", "--name", "cam", "--fast"], { env });
  const { stdout } = await ktOk(["consume", "whole", "--json", "--from", "start", "--exit"], { env });
  frames = jsonLines<RecordEnvelope>(stdout).filter(({ value }) => value !== "");
  for (const topic of ["live", "log"]) await ktOk(["topic", "create", topic], { env });
}, 120_000);

afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** A slice that no decoder takes: its header is of nothing that there is. */
function damaged({ value }: RecordEnvelope): string {
  const unit = Buffer.from(String(value), "base64");
  unit.fill(0xff, 5, 40);
  return unit.toString("base64");
}

/** The clip's frame of that number, again and again: the fifteenth of each group is damaged. */
function frameAt(count: number, timestamp: number, topic: string): string {
  const frame = frames[count % frames.length] as RecordEnvelope;
  const value = count % framesPerGroup === 15 ? damaged(frame) : frame.value;
  return `${JSON.stringify({ ...frame, topic, timestamp, value })}\n`;
}

interface TileCounts {
  painted: number;
  broken: number;
  signal: { state: string };
}

const tile = (page: Page, name: string) =>
  page.evaluate((name) => {
    const measure = (globalThis as unknown as { __kt?: { tiles: Record<string, TileCounts> } }).__kt?.tiles[name];
    return measure && { painted: measure.painted, broken: measure.broken, state: measure.signal.state };
  }, name);

async function* camera(): AsyncGenerator<string> {
  const begunAtMs = Date.now();
  for (let count = 0; ; count++) {
    const atMs = begunAtMs + count * 40;
    if (atMs > Date.now()) await Bun.sleep(atMs - Date.now());
    yield frameAt(count, atMs, "live");
  }
}

test.each(["with WebCodecs", "without"])("a damaged stream is shown live by the server's JPEG after two failures (%s)", async (how) => {
  await using producer = startKt(["produce", "live", "--json"], { env, stdin: "pipe" });
  let stopped = false;
  const feeding = (async () => {
    for await (const line of camera()) {
      if (stopped) return;
      producer.write(line);
    }
  })();
  try {
    await using visited = await visit("about:blank");
    const { page } = visited;
    if (how === "without") await page.addInitScript("delete globalThis.VideoDecoder");
    await page.goto(`${served.url}/#/live/cam`, { waitUntil: "commit" });
    await eventually(async () => ((await tile(page, "live/cam"))?.broken ?? 0) >= 2, "two failures", 60_000);
    await eventually(async () => (await tile(page, "live/cam"))?.state === "live", "pictures again", 30_000);
    // Three groups, each of them damaged, and no word of it.
    const before = await tile(page, "live/cam");
    const states = new Set<string | undefined>();
    for (let i = 0; i < 30; i++) {
      states.add((await tile(page, "live/cam"))?.state);
      await Bun.sleep(200);
    }
    const after = await tile(page, "live/cam");
    expect(after?.broken).toBe(before?.broken ?? 0);
    expect([...states]).toEqual(["live"]);
    expect((after?.painted ?? 0) - (before?.painted ?? 0)).toBeGreaterThan(60);
  } finally {
    stopped = true;
    await feeding;
  }
});

test("what was recorded of it is shown as well, on both sides of the damage", async () => {
  const begunAtMs = Date.now() - 60_000;
  const lines = frames.map((_, count) => frameAt(count, begunAtMs + count * 40, "log"));
  await ktOk(["produce", "log", "--json"], { env, stdin: lines.join("") });
  await using visited = await visit(`${served.url}/?topic=log&key=cam&at=${new Date(begunAtMs + 20 * 40).toISOString()}`);
  const { page } = visited;
  const last = async () => (await paints(page)).at(-1)?.timestampMs ?? 0;
  await eventually(async () => Math.abs((await last()) - (begunAtMs + 20 * 40)) < 200, "a picture just after the damaged one");
  await page.keyboard.press("k");
  await eventually(async () => (await last()) > begunAtMs + 130 * 40, "what comes after two more of them", 60_000);
  expect(await page.locator(".badge").count()).toBe(0);
});
