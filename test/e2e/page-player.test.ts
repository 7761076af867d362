/** The page's player over the log, in Chromium: what a person does, and what is on the screen then. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import type { RecordEnvelope } from "../../src/format/json.ts";
import { OwnBroker } from "./support/broker.ts";
import { paints, type Visit, visit } from "./support/browser.ts";
import { makeClip, withBFrames } from "./support/clips.ts";
import { eventually, jsonLines, kt, ktOk, type Served, serve, startKt, type TempFolder, tempFolder } from "./support/kt.ts";

setDefaultTimeout(120_000);

let broker: OwnBroker;
let served: Served;
let folder: TempFolder;
let env: { KT_BROKERS: string };

beforeAll(async () => {
  broker = await OwnBroker.start();
  env = { KT_BROKERS: broker.address };
  served = await serve(broker.address);
  folder = await tempFolder();
  const still = await makeClip(`${folder.path}/still.mp4`, { seconds: 12, rate: 25 });
  await ktOk(["emit-video", still, "--topic", "film", "--name", "jpeg", "--codec", "mjpeg", "--fast"], { env });
  const moving = await makeClip(`${folder.path}/moving.mp4`, { seconds: 12, rate: 25, encoding: withBFrames });
  await ktOk(["emit-video", moving, "--topic", "film", "--name", "h264", "--fast"], { env });
});

afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** The times of a stream's pictures in the order in which they are shown. */
async function timesOf(key: string): Promise<number[]> {
  const { stdout } = await ktOk(["consume", "film", "--json", "--from", "start", "--exit", "--key", key], { env });
  return jsonLines<RecordEnvelope>(stdout)
    .filter(({ value }) => value !== "")
    .map(({ timestamp }) => timestamp ?? 0)
    .sort((a, b) => a - b);
}

async function open(key: string): Promise<Visit> {
  const visited = await visit(`${served.url}/#/film/${key}`);
  await eventually(async () => (await paints(visited.page)).length > 0, "the first picture");
  await visited.page.getByRole("slider", { name: "Time" }).waitFor();
  return visited;
}

/** The times of the pictures before and behind a group's place in a topic of one partition; none where it has no place yet. */
async function placesOf(group: string, topic: string): Promise<(number | null)[]> {
  const { code, stdout } = await kt(["group", "describe", group, "--json"], { env });
  const { partitions = [] } = code === 0 ? (JSON.parse(stdout) as { partitions?: { topic: string; committed: number | null }[] }) : {};
  const offset = partitions.find((partition) => partition.topic === topic)?.committed ?? 0;
  if (offset < 1) return [];
  const records = await ktOk(["consume", topic, "--json", "--from", String(offset - 1), "-n", "2"], { env });
  return jsonLines<RecordEnvelope>(records.stdout).map(({ timestamp }) => timestamp);
}

const lastShown = async (page: Page) => (await paints(page)).at(-1)?.timestampMs;

async function shows(page: Page, timestampMs: number | undefined): Promise<void> {
  await eventually(async () => (await lastShown(page)) === timestampMs, `the picture of ${timestampMs}`).catch(async (error) => {
    throw new Error(`${error instanceof Error ? error.message : error}, it was that of ${await lastShown(page)}`);
  });
}

/** Clicks on the timeline, at a part of its length. */
async function clickAt(page: Page, part: number): Promise<void> {
  const box = await page.getByRole("slider", { name: "Time" }).boundingBox();
  if (!box) throw new Error("there is no timeline");
  await page.mouse.click(box.x + box.width * part, box.y + box.height / 2);
}

for (const key of ["jpeg", "h264"])
  test(`${key}: pause, picture by picture both ways, backwards and faster show each picture that is due, and no other`, async () => {
    const times = await timesOf(key);
    expect(times).toHaveLength(300);
    await using visited = await open(key);
    const { page } = visited;
    await clickAt(page, 0.5);
    await eventually(async () => times.indexOf((await lastShown(page)) ?? 0) % 290 > 130, "the middle of the film");
    await page.keyboard.press("k");
    await page.getByRole("button", { name: "Play", exact: true }).waitFor();
    // What was on its way to the screen when it stopped.
    await Bun.sleep(500);
    const at = times.indexOf((await lastShown(page)) ?? 0);
    expect(at).toBeWithin(130, 260);
    for (const _ of Array(30)) await page.keyboard.press(",");
    await shows(page, times[at - 30]);
    for (const _ of Array(7)) await page.keyboard.press(".");
    await shows(page, times[at - 23]);

    const before = (await paints(page)).length;
    await page.keyboard.press("r");
    await eventually(async () => ((await lastShown(page)) ?? 0) <= (times[at - 60] ?? 0), "a second and a half of it backwards");
    const backwards = (await paints(page)).slice(before).map(({ timestampMs }) => timestampMs);
    expect(backwards).toEqual(backwards.toSorted((a, b) => b - a));
    expect(backwards.length).toBeGreaterThan(2);

    await page.keyboard.press("Home");
    await page.keyboard.press("r");
    await page.getByRole("combobox", { name: "Speed" }).selectOption("4");
    const forward = (await paints(page)).length;
    await eventually(async () => (await page.getByRole("button", { name: "Live" }).getAttribute("aria-pressed")) === "true", "the end of the film");
    const shown = (await paints(page)).slice(forward).map(({ timestampMs }) => timestampMs);
    const until = shown.indexOf(times.at(-1) ?? 0);
    expect(until).toBeGreaterThan(2);
    expect(shown.slice(1, until)).toEqual(shown.slice(1, until).toSorted((a, b) => a - b));
    for (const time of shown) expect(times).toContain(time);
  });

test("a link leads to its picture, and a page that is loaded again is where it was", async () => {
  const times = await timesOf("h264");
  const at = times[77] ?? 0;
  await using visited = await visit(`${served.url}/?topic=film&key=h264&at=${new Date(at).toISOString()}`);
  const { page } = visited;
  await shows(page, at);
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await page.keyboard.press(".");
  await shows(page, times[78]);
  await page.reload({ waitUntil: "commit" });
  await shows(page, times[78]);
  expect(await page.getByRole("button", { name: "Play", exact: true }).isVisible()).toBe(true);
});

test("two browsers with the name of a group find the same place, also after the server was started again", async () => {
  const address = (url: string) => `${url}/?group=view#/show/clip`;
  await using _emitter = startKt(["emit-video", `${folder.path}/still.mp4`, "--topic", "show", "--name", "clip", "--loop"], { env });
  let left = 0;
  {
    await using visited = await visit(address(served.url));
    const { page } = visited;
    await page.getByRole("slider", { name: "Time" }).waitFor();
    await page.keyboard.press("Home");
    await eventually(async () => (await page.getByRole("button", { name: "Live" }).getAttribute("aria-pressed")) === "false", "the past");
    await eventually(async () => (await paints(page)).length > 60, "two seconds of the film");
    await page.keyboard.press("k");
    await eventually(
      async () => {
        left = (await lastShown(page)) ?? 0;
        return (await placesOf("view", "show")).includes(left);
      },
      () => `the picture of ${left} is the group's place`,
    );
  }
  await using again = await serve(broker.address);
  await using visited = await visit(address(again.url));
  const found = await eventually(async () => (await paints(visited.page)).find(({ timestampMs }) => Math.abs(timestampMs - left) < 5000), "the place");
  expect(Math.abs(found.timestampMs - left)).toBeLessThan(500);
});

test("all streams together show the same time", async () => {
  const topic = "pair";
  const clip = await makeClip(`${folder.path}/pair.mp4`, { seconds: 30, rate: 10, size: "160x120" });
  await using _left = startKt(["emit-video", clip, "--topic", topic, "--name", "left"], { env });
  await using _right = startKt(["emit-video", clip, "--topic", topic, "--name", "right"], { env });
  await using visited = await visit(served.url);
  const { page } = visited;
  const latest = async () => {
    const shown = new Map((await paints(page)).filter((paint) => paint.topic === topic).map(({ key, timestampMs }) => [key, timestampMs]));
    return { left: shown.get("left") ?? 0, right: shown.get("right") ?? 0 };
  };
  await eventually(async () => Object.values(await latest()).every((time) => time > 0), "both streams");
  await Bun.sleep(4000);
  await page.getByRole("button", { name: "Together" }).click();
  await page.keyboard.press("ArrowLeft");
  const behind = async () => Date.now() - Math.max(...Object.values(await latest()));
  await eventually(async () => (await behind()) > 3000, "the past in both");
  await page.keyboard.press("k");
  const apart = async () => {
    const { left, right } = await latest();
    return Math.abs(left - right);
  };
  // One of ten pictures a second may be the next already.
  await eventually(async () => (await apart()) <= 110, "the same time in both");
  expect(await behind()).toBeGreaterThan(3000);
});

test("the picture and a clip of it can be taken away", async () => {
  await using visited = await open("jpeg");
  const { page } = visited;
  await clickAt(page, 0.4);
  await page.keyboard.press("k");
  await Bun.sleep(500);
  const at = (await lastShown(page)) ?? 0;
  const [picture] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("s")]);
  expect(picture.suggestedFilename()).toBe(`jpeg-${new Date(at).toISOString().replaceAll(":", "")}.jpg`);
  const { stdout } = await ktOk(["consume", "film", "--json", "--from", `@${at}`, "-n", "1", "--key", "jpeg"], { env });
  const [record] = jsonLines<RecordEnvelope>(stdout);
  expect(Buffer.from(await Bun.file((await picture.path()) ?? "").arrayBuffer()).toString("base64")).toBe(record?.value ?? "");
  const [clip] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("c")]);
  expect(clip.suggestedFilename()).toMatch(/^jpeg-\d{4}-\d{2}-\d{2}T\d{6}\.\d{3}Z\.mp4$/);
  expect(
    await Bun.file((await clip.path()) ?? "")
      .slice(4, 8)
      .text(),
  ).toBe("ftyp");
});
