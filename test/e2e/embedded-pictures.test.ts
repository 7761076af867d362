/** Pictures as public producers write them: base64, data URIs, inside JSON. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { visit } from "./support/browser.ts";
import { ffmpeg, probeFrames } from "./support/clips.ts";
import { eventually, ktOk, makeTopic, serve, tempFolder } from "./support/kt.ts";
import { parts } from "./support/mjpeg.ts";

setDefaultTimeout(120_000);

test("a picture in a text is shown, served and taken along like any other", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/picture.jpg`;
  await ffmpeg(["-f", "lavfi", "-i", "testsrc2=size=320x240", "-frames:v", "1", path]);
  const jpeg = readFileSync(path);
  const base64 = jpeg.toString("base64");
  const forms: Record<string, string> = {
    base64,
    uri: `data:image/jpeg;base64,${base64}`,
    json: JSON.stringify({ camera: "door", at: 1.5, image: base64 }),
  };
  await using served = await serve();
  for (const [form, value] of Object.entries(forms)) {
    const topic = await makeTopic(`embedded-${form}`);
    await ktOk(["produce", topic, "-k", "door"], { stdin: `${value}\n`.repeat(5) });
    const summary = await eventually(async () => {
      const topics = (await (await fetch(`${served.url}/topics`)).json()) as { name: string; kind: string; streams: object[] }[];
      const found = topics.find(({ name }) => name === topic);
      return found && found.streams.length > 0 ? found : undefined;
    }, "its stream is known");
    expect([form, summary]).toMatchObject([form, { kind: "image", streams: [{ key: "door", contentType: "image/jpeg" }] }]);
    const picture = await fetch(`${served.url}/topics/${topic}/frame?key=door`);
    expect([form, picture.headers.get("content-type"), Buffer.from(await picture.arrayBuffer()).equals(jpeg)]).toEqual([form, "image/jpeg", true]);
    const [part] = await parts(`${served.url}/topics/${topic}/stream.mjpeg?from=start`, 1);
    expect([form, part?.body.equals(jpeg)]).toEqual([form, true]);
    await ktOk(["consume", topic, "--save", `${folder.path}/${form}-%d.jpg`, "--exit"]);
    expect([form, readFileSync(`${folder.path}/${form}-5.jpg`).equals(jpeg)]).toEqual([form, true]);
    await ktOk(["consume", topic, "--record", `${folder.path}/${form}.mp4`, "--exit"]);
    expect([form, (await probeFrames(`${folder.path}/${form}.mp4`)).length]).toEqual([form, 5]);
  }
  await using visited = await visit(served.url);
  await visited.page
    .getByRole("group", { name: /door.*embedded-json/ })
    .first()
    .waitFor();
});
