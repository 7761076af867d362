/** Cameras that are silent, as the page shows them: with their last picture, and since when. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { OwnBroker } from "./support/broker.ts";
import { paints, visit } from "./support/browser.ts";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, recordsOf, serve, startKt, tempFolder } from "./support/kt.ts";
import { sendPictures, times, tinyJpeg } from "./support/pictures.ts";

setDefaultTimeout(120_000);

test("a camera that died before serve was started is on the wall beside one that goes on, and a link leads into what it recorded", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  await using folder = await tempFolder();
  const clip = await makeClip(`${folder.path}/clip.mp4`, { seconds: 4, rate: 25 });
  await ktOk(["emit-video", clip, "--topic", "cameras", "--name", "dead", "--fast"], { env });
  {
    await using _dying = startKt(["emit-video", clip, "--topic", "cameras", "--name", "gone", "--loop"], { env });
    await eventually(async () => (await recordsOf("cameras", "--brokers", broker.address, "--key", "gone")).length > 60, "some pictures");
  }
  await ktOk(["emit-video", clip, "--topic", "cameras", "--name", "live", "--fast", "--codec", "mjpeg"], { env });
  await sendPictures("cameras", times(60_000, "other"), env, tinyJpeg);
  await using _camera = startKt(["emit-video", clip, "--topic", "cameras", "--name", "live", "--loop"], { env });

  await using served = await serve(broker.address);
  await using visited = await visit(served.url);
  const { page } = visited;
  const tile = (name: string) => page.getByRole("group", { name: `${name}, topic cameras` });
  await tile("gone")
    .getByText(/No signal for \d+ s/)
    .waitFor();
  await tile("dead").getByText("Ended").waitFor();
  await eventually(async () => {
    const painted = new Set((await paints(page)).map(({ key }) => key));
    return painted.has("gone") && painted.has("dead") && painted.has("live");
  }, "a picture of each");
  expect(await page.getByText("Waiting for a picture").count()).toBe(0);

  const last = (await paints(page)).findLast(({ key }) => key === "gone");
  await page.goto(`${served.url}/?topic=cameras&key=gone&at=${new Date((last?.timestampMs ?? 0) - 1000).toISOString()}`);
  await page.getByRole("dialog", { name: "gone, topic cameras" }).waitFor();
  await eventually(
    async () => (await paints(page)).some(({ key, timestampMs }) => key === "gone" && timestampMs < (last?.timestampMs ?? 0) - 900),
    "a picture of what it recorded",
  );
});

test("a stream of which no picture can be shown any more says how long it has been silent, and does not wait for ever", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  const unit = Buffer.from([0, 0, 0, 1, 0x41, 0]).toString("base64");
  const headers = [
    { name: "content-type", value: "video/h264", encoding: "utf8" },
    { name: "kt-run", value: "1", encoding: "utf8" },
  ];
  // The key frame that these build on is gone from the log.
  const timestamp = Date.now() - 3600_000;
  const lines = Array.from({ length: 30 }, (_, i) =>
    JSON.stringify({ key: "cut", value: unit, encoding: { key: "utf8", value: "base64" }, headers, timestamp: timestamp + i }),
  );
  await ktOk(["topic", "create", "cut"], { env });
  await ktOk(["produce", "cut", "--json"], { env, stdin: lines.join("\n") });
  await using served = await serve(broker.address);
  await using visited = await visit(served.url);
  await visited.page.getByRole("group", { name: "cut" }).getByText("No signal for 60 min").waitFor();
});
