/** kt serve, to those who keep it running: /metrics, /openapi.json. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, serve, tempFolder, uniqueName } from "./support/kt.ts";
import { Viewer } from "./support/viewer.ts";

setDefaultTimeout(60_000);

test("metrics count viewers, what they were sent, and what is kept for them; every line is Prometheus text", async () => {
  await using folder = await tempFolder();
  await using served = await serve();
  const topic = uniqueName("metrics");
  await ktOk(["emit-video", await makeClip(`${folder.path}/clip.mp4`, { seconds: 1 }), "--topic", topic, "--codec", "mjpeg", "--fast"]);
  const text = async () => (await fetch(`${served.url}/metrics`)).text();
  const value = async (line: string) =>
    Number(
      (await text())
        .split("\n")
        .find((one) => one.startsWith(`${line} `))
        ?.slice(line.length + 1),
    );
  {
    await using viewer = new Viewer(`${served.url}/topics/${topic}/stream.mjpeg?from=start&speed=10`);
    await viewer.more(25);
    expect(await value('kt_viewers{kind="mjpeg"}')).toBe(1);
    expect(await value('kt_frames_sent_total{kind="mjpeg"}')).toBe(25);
    expect(await value("kt_archive_bytes")).toBeGreaterThan(1000);
    await eventually(async () => (await value(`kt_topic_records{topic="${topic}"}`)) === 26, "the topic's records are counted");
    await eventually(async () => (await value(`kt_live_stream_bytes{topic="${topic}",stream="clip"}`)) > 1000, "the stream's newest frame is kept");
  }
  await eventually(async () => (await value('kt_viewers{kind="mjpeg"}')) === 0, "the viewer has gone");
  expect(await value("kt_broker_up")).toBe(1);
  const wrong = (await text()).split("\n").filter((line) => !/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?[\d.e+-]+|)$/.test(line));
  expect(wrong).toEqual([]);
});

test("the description of the paths names what the paths take", async () => {
  await using served = await serve();
  const described = (await (await fetch(`${served.url}/openapi.json`)).json()) as { paths: Record<string, { get: { parameters: { name: string }[] } }> };
  const names = described.paths["/topics/{topic}/stream.mjpeg"]?.get.parameters.map(({ name }) => name);
  expect(names).toEqual(["topic", "key", "from", "group", "speed", "fps", "format", "nosignal"]);
  for (const path of Object.keys(described.paths)) expect([path, (await fetch(served.url + path, { method: "DELETE" })).status]).toEqual([path, 405]);
});
