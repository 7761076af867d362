/** The page in Chromium. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { OwnBroker } from "./support/broker.ts";
import { paints, visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, serve, startKt, tempFolder } from "./support/kt.ts";

setDefaultTimeout(120_000);

test("from nothing to a live wall, without a reload, through a broker that goes and comes back", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await using served = await serve(broker.address);
  await using visited = await visit(served.url);
  const { page } = visited;
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));

  // Empty: it says how to begin.
  await page.getByText("kt emit-video").first().waitFor();

  // A stream appears as a tile that paints, one after another.
  await using folder = await tempFolder();
  await using _emitter = startKt(["emit-video", await makeClip(`${folder.path}/yard.mp4`), "--loop"], { env });
  await page.getByRole("group", { name: "yard, topic video" }).waitFor();
  const painted = await eventually(async () => {
    const list = (await paints(page)).filter(({ topic, key }) => topic === "video" && key === "yard");
    return list.length > 25 && list;
  }, "a live tile");
  const times = painted.map(({ timestampMs }) => timestampMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));

  // A topic of text appears as a list, and a record in it as a row.
  await ktOk(["produce", "scores", "first row"], { env });
  const list = page.getByRole("log", { name: "Records of scores" });
  await list.getByText("first row").waitFor();
  await ktOk(["produce", "scores", "second row"], { env });
  await list.getByText("second row").waitFor();

  // The broker goes: the page says so and keeps what it shows; it comes back by itself.
  await broker.kill();
  await page.getByRole("alert").getByText(broker.address).first().waitFor({ timeout: 30_000 });
  expect(await list.getByText("second row").isVisible()).toBe(true);
  const before = (await paints(page)).at(-1)?.offset ?? 0;
  await broker.startAgain();
  await page.getByRole("alert").waitFor({ state: "hidden", timeout: 30_000 });
  await eventually(async () => ((await paints(page)).at(-1)?.offset ?? 0) > before + 25, "the tile goes on", 40_000);
  expect(errors).toEqual([]);
});

test("more streams than a browser allows connections, each live", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await using folder = await tempFolder();
  const clip = await makeClip(`${folder.path}/clip.mp4`, { size: "160x120", rate: 10 });
  const names = Array.from({ length: 9 }, (_, i) => `cam${i}`);
  const emitters = names.map((name) => startKt(["emit-video", clip, "--topic", "wall", "--name", name, "--loop"], { env }));
  try {
    await using served = await serve(broker.address);
    await using visited = await visit(served.url);
    await eventually(
      async () => {
        const counts = Map.groupBy(await paints(visited.page), ({ key }) => key);
        return names.every((name) => (counts.get(name)?.length ?? 0) >= 10);
      },
      "nine live tiles",
      40_000,
    );
  } finally {
    for (const emitter of emitters) await emitter[Symbol.asyncDispose]();
  }
});
