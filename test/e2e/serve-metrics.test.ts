/** kt serve, to those who keep it running: /metrics, /openapi.json. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { makeClip } from "./support/clips.ts";
import { eventually, ktOk, metric, root, serve, startKt, tempFolder, uniqueName } from "./support/kt.ts";
import { run } from "./support/process.ts";
import { Viewer } from "./support/viewer.ts";

setDefaultTimeout(120_000);

test("metrics count viewers, what they were sent, and what is kept for them; every line is Prometheus text", async () => {
  await using folder = await tempFolder();
  await using served = await serve();
  const topic = uniqueName("metrics");
  await ktOk(["emit-video", await makeClip(`${folder.path}/clip.mp4`, { seconds: 1 }), "--topic", topic, "--codec", "mjpeg", "--fast"]);
  const text = async () => (await fetch(`${served.url}/metrics`)).text();
  const value = (series: string) => metric(served.url, series);
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

test("live pictures are counted by their age, and what the alerts and the dashboard ask for is there", async () => {
  await using served = await serve();
  const topic = uniqueName("watched");
  await using emitter = startKt([
    "emit-video",
    "door=testsrc",
    "--size",
    "160x120",
    "--codec",
    "mjpeg",
    "--topic",
    topic,
    "--metrics-port",
    "127.0.0.2:0",
    "--log",
    "json",
  ]);
  const [, emitted = ""] = (await emitter.stderr.waitFor(/"message":"Metrics: (http:..127\.0\.0\.2:[^"]+)"/)) ?? [];
  await eventually(async () => (await fetch(`${served.url}/topics/${topic}/frame`)).ok, "the stream is there");
  {
    await using viewer = new Viewer(`${served.url}/topics/${topic}/stream.mjpeg`);
    await viewer.more(10);
  }
  // A group that is behind: without one there is no lag to tell.
  await ktOk(["consume", topic, "--group", uniqueName("behind"), "--from", "start", "-n", "1", "-f", "%o"]);
  const texts = await Promise.all([`${served.url}/metrics?lag=1`, emitted].map(async (url) => (await fetch(url)).text()));
  const [, count = "0"] = /^kt_frame_age_seconds_count\{kind="mjpeg"\} (\d+)$/m.exec(texts.join("")) ?? [];
  expect(Number(count)).toBeGreaterThanOrEqual(10);
  expect(texts.join("")).toMatch(/^kt_frame_age_seconds_bucket\{kind="mjpeg",le="10"\} [1-9]/m);
  const known = new Set(texts.join("").match(/^\w+/gm));
  for (const file of ["alerts.yaml", "grafana.json"]) {
    const asked = (await Bun.file(`${root}docs/monitoring/${file}`).text()).match(/\b(?:kt|process)_\w+/g) ?? [];
    expect([file, asked.filter((name) => !known.has(name))]).toEqual([file, []]);
    expect(asked.length).toBeGreaterThan(8);
  }
});

test("Prometheus' own tool takes the metrics and the alerts, each of which fires once", async () => {
  await using served = await serve();
  const check = await run(["promtool", "check", "metrics"], { stdin: await (await fetch(`${served.url}/metrics?lag=1`)).text() });
  expect([check.code, check.stderr]).toEqual([0, ""]);
  const rules = await run(["promtool", "test", "rules", "docs/monitoring/alerts.test.yaml"], { cwd: root });
  expect([rules.code, rules.stdout]).toEqual([0, expect.stringContaining("SUCCESS")]);
});

test("the description of the paths names what the paths take", async () => {
  await using served = await serve();
  const described = (await (await fetch(`${served.url}/openapi.json`)).json()) as { paths: Record<string, { get: { parameters: { name: string }[] } }> };
  const names = described.paths["/topics/{topic}/stream.mjpeg"]?.get.parameters.map(({ name }) => name);
  expect(names).toEqual(["topic", "key", "from", "group", "speed", "fps", "format", "boxes", "nosignal"]);
  for (const path of Object.keys(described.paths)) expect([path, (await fetch(served.url + path, { method: "DELETE" })).status]).toEqual([path, 405]);
});
