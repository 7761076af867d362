/** H.264 topics on the page, in a Chromium that decodes them itself, and in one that cannot. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { OwnBroker } from "./support/broker.ts";
import { type Paint, paints, visit } from "./support/browser.ts";
import { makeClip, withBFrames, withoutBFrames } from "./support/clips.ts";
import { eventually, ktOk, recordsOf, type Served, serve, startKt, type TempFolder, tempFolder } from "./support/kt.ts";

setDefaultTimeout(120_000);

let broker: OwnBroker;
let served: Served;
let folder: TempFolder;
let env: { KT_BROKERS: string };

beforeAll(async () => {
  broker = await OwnBroker.start();
  env = { KT_BROKERS: broker.address };
  folder = await tempFolder();
  served = await serve(broker.address);
}, 120_000);
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const countOf = async (topic: string) => (await recordsOf(topic, "-b", broker.address)).length;
const middle = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const increasing = (values: number[]) => values.every((value, i) => i === 0 || value > (values[i - 1] as number));

interface TileCounts {
  width: number;
  height: number;
  dropped: number;
  passedOver: number;
  broken: number;
  painted: number;
  signal: { state: string };
}

/** The tile's own counts (src/page/measure.ts). */
function tile(page: Page, name: string): Promise<TileCounts | undefined> {
  return page.evaluate((name) => {
    const kt = (globalThis as unknown as { __kt?: { tiles: Record<string, TileCounts> } }).__kt;
    const measure = kt?.tiles[name];
    return measure && { ...measure };
  }, name);
}

/** One clip of each kind, and the files of the folder that KT_TEST_MEDIA names. */
const media = process.env.KT_TEST_MEDIA;
const clips: [name: string, encoding: string[] | undefined][] = [
  ["without B-frames", withoutBFrames],
  ["with B-frames", withBFrames],
  ...(media ? [...new Bun.Glob("*.mp4").scanSync(media)].map((file): [string, undefined] => [file, undefined]) : []),
];

test.each(clips)("a clip %s is painted completely, in order and in real time, twice", async (name, encoding) => {
  const topic = name.replaceAll(/[^\w]/g, "");
  const clip = encoding ? await makeClip(`${folder.path}/${topic}.mp4`, { size: "640x360", encoding }) : `${media}/${name}`;
  await ktOk(["emit-video", clip, "--topic", topic, "--name", "clip", "--fast"], { env });
  const pictures = (await countOf(topic)) - 1; // and the end mark
  await using visited = await visit(`${served.url}/#/${topic}/clip`);
  const isLast = (paint: Paint) => paint.topic === topic && paint.offset >= pictures - 4;
  await eventually(async () => (await paints(visited.page)).some(isLast), "the last picture of the clip that was there");
  await eventually(async () => (await tile(visited.page, `${topic}/clip`))?.signal.state === "ended", "its end");
  // Opened while the clip was still coming in, the tile may have left out what was before its newest key frame.
  const before = await tile(visited.page, `${topic}/clip`);
  for (const run of [1, 2]) {
    const begin = run * (pictures + 1);
    await ktOk(["emit-video", clip, "--topic", topic, "--name", "clip"], { env, timeoutMs: 60_000 });
    let painted: Paint[] = [];
    let counts: TileCounts | undefined;
    await eventually(
      async () => {
        painted = (await paints(visited.page)).filter((paint) => paint.topic === topic && paint.offset >= begin);
        counts = await tile(visited.page, `${topic}/clip`);
        return painted.length >= pictures;
      },
      () =>
        `all ${pictures} pictures of run ${run}, of which ${painted.length} were painted (before it ${JSON.stringify(before)}, now ${JSON.stringify(counts)})`,
    );
    expect(painted).toHaveLength(pictures);
    expect(increasing(painted.map(({ timestampMs }) => timestampMs))).toBe(true);
    expect(middle(painted.map(({ paintedAtMs, timestampMs }) => paintedAtMs - timestampMs))).toBeLessThan(200);
  }
  expect(await tile(visited.page, `${topic}/clip`)).toMatchObject({ dropped: before?.dropped, broken: 0 });
});

test("a tile that is opened in the middle of a long GOP shows a picture at once, and then the newest", async () => {
  const topic = "long";
  // One key frame, and long enough for two visits on a busy machine: there is nothing live after its end.
  const seconds = 33;
  const clip = await makeClip(`${folder.path}/long.mp4`, { seconds, size: "640x360", encoding: withoutBFrames });
  await using _emitter = startKt(["emit-video", clip, "--topic", topic], { env });
  await eventually(async () => (await fetch(`${served.url}/topics/${topic}`)).ok, "the topic is there");
  await eventually(async () => (await countOf(topic)) > 150, "six seconds of it");
  // The first visit has the beginning of the GOP looked up in Kafka, the second gets what the server keeps.
  for (const _visit of ["from the log", "from memory"]) {
    await using visited = await visit(served.url);
    const { page } = visited;
    await eventually(async () => (await paints(page)).some((paint) => paint.topic === topic && paint.paintedAtMs - paint.timestampMs < 500), "live");
    const [first] = (await paints(page)).filter((paint) => paint.topic === topic);
    // Not the picture of a key frame that is still to come: what was there already.
    expect(first?.offset).toBeLessThan(seconds * 30 - 1);
    expect(await tile(page, `${topic}/long`)).toMatchObject({ broken: 0 });
  }
});

test.each(["with WebCodecs", "without"])("pixels that are not square are shown as wide as they are (%s)", async (how) => {
  const topic = how.replaceAll(" ", "-");
  const encoding = ["-vf", "setsar=64/45", ...withBFrames];
  const clip = await makeClip(`${folder.path}/wide.mp4`, { size: "720x576", encoding });
  await using _emitter = startKt(["emit-video", clip, "--topic", topic, "--name", "clip", "--loop"], { env });
  const name = how === "without" ? "wall.example" : "127.0.0.1";
  await using named = await serve(broker.address, "--allow-origin", `http://${name}`);
  const url = `http://${name}:${new URL(named.url).port}/#/${topic}/clip`;
  await using visited = await visit(url, "--host-resolver-rules=MAP wall.example 127.0.0.1");
  const { page } = visited;
  await eventually(async () => ((await tile(page, `${topic}/clip`))?.painted ?? 0) > 10, "the tile paints");
  expect(await tile(page, `${topic}/clip`)).toMatchObject({ width: 1024, height: 576, broken: 0 });
});

test("a page that is not secure has no WebCodecs, and shows H.264 live all the same, and the log", async () => {
  const topic = "far";
  await using _emitter = startKt(
    ["emit-video", await makeClip(`${folder.path}/far.mp4`, { encoding: withBFrames }), "--topic", topic, "--name", "clip", "--loop"],
    { env },
  );
  const name = "http://wall.example";
  await using named = await serve(broker.address, "--allow-origin", name);
  const { port } = new URL(named.url);
  await using visited = await visit(`${name}:${port}/#/${topic}/clip`, "--host-resolver-rules=MAP wall.example 127.0.0.1");
  const { page } = visited;
  // Until the topic is there, the other tests' streams are on the wall.
  const painted = async () => (await paints(page)).filter((paint) => paint.topic === topic);
  await eventually(async () => (await painted()).length > 40, "the tile paints");
  expect(await page.evaluate(() => [isSecureContext, "VideoDecoder" in globalThis])).toEqual([false, false]);
  const live = (await painted()).slice(-30).map(({ offset }) => offset);
  // Records are in the order of decoding: with B-frames the screen shows them in another.
  expect(live).not.toEqual(live.toSorted((a, b) => a - b));
  expect(increasing((await painted()).slice(-30).map(({ timestampMs }) => timestampMs))).toBe(true);
  const last = (await painted()).at(-1)?.timestampMs ?? 0;
  await page.keyboard.press("Home");
  await eventually(async () => ((await painted()).at(-1)?.timestampMs ?? last) < last - 500, "the log from its beginning");
  expect(await tile(page, `${topic}/clip`)).toMatchObject({ broken: 0 });
});

test("a browser without a decoder for H.264 gets JPEG, and shows it live", async () => {
  const topic = "plain";
  await using _emitter = startKt(
    ["emit-video", await makeClip(`${folder.path}/plain.mp4`, { encoding: withBFrames }), "--topic", topic, "--name", "clip", "--loop"],
    { env },
  );
  await eventually(async () => (await fetch(`${served.url}/topics/${topic}`)).ok, "the topic is there");
  await using visited = await visit("about:blank");
  const { page } = visited;
  await page.addInitScript("delete globalThis.VideoDecoder; delete globalThis.MediaSource");
  await page.goto(`${served.url}/#/${topic}/clip`, { waitUntil: "commit" });
  const painted = await eventually(async () => {
    const list = (await paints(page)).filter((paint) => paint.topic === topic);
    return list.length > 60 && list.slice(-50);
  }, "the tile paints");
  expect(increasing(painted.map(({ timestampMs }) => timestampMs))).toBe(true);
  const delay = middle(painted.map(({ paintedAtMs, timestampMs }) => paintedAtMs - timestampMs));
  expect(delay).toBeLessThan(500);
  const [first, last] = [painted[0] as Paint, painted.at(-1) as Paint];
  const fps = (49 * 1000) / (last.paintedAtMs - first.paintedAtMs);
  expect(fps).toBeWithin(20, 31);
});
