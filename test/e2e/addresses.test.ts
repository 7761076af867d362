/** What is secret in an address is never printed, logged, counted under or made a key of, and still used. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { startCamera } from "./support/camera.ts";
import { makeClip, withoutBFrames } from "./support/clips.ts";
import { eventually, kt, makeTopic, recordsOf, startKt, tempFolder } from "./support/kt.ts";

setDefaultTimeout(120_000);

const secret = /SEC|RET|hunter2/;

test("a camera with its password in the path: shown without it while it runs, when it is lost, in the metrics and as the key", async () => {
  await using folder = await tempFolder();
  const clip = await makeClip(`${folder.path}/camera.mp4`, { seconds: 20, encoding: withoutBFrames });
  const topic = await makeTopic("secret");
  const path = "user=admin_password=hunter2_channel=1_stream=0.sdp";
  await using camera = await startCamera(clip, path);
  await Bun.write(`${folder.path}/cameras.txt`, `${camera.url(path).replace("//", "//admin:hunter2@")}\n`);
  await using emitter = startKt(["emit-video", `@${folder.path}/cameras.txt`, "--topic", topic, "--stats", "json", "--metrics-port", "0", "--debug"]);
  const [, address = ""] = (await emitter.stderr.waitFor(/Metrics: (\S+)/)) ?? [];
  await eventually(async () => (await recordsOf(topic)).length > 10, "pictures");
  expect(new Set((await recordsOf(topic)).map(({ key }) => key))).toEqual(new Set(["127.0.0.1"]));
  const metrics = await (await fetch(address)).text();
  expect(metrics).toContain('{stream="127.0.0.1",');
  expect(metrics).not.toMatch(secret);
  await camera.kill();
  await emitter.stderr.waitFor(/trying again in 2 s/);
  expect(emitter.stderr.text).toMatch(/'rtsp:\/\/admin:\*\*\*@127\.0\.0\.1:\d+\/user=admin_password=\*\*\*_channel=1_stream=0\.sdp' cannot be opened/);
  expect(await emitter.stop()).toBe(0);
  expect(emitter.stderr.text).not.toMatch(secret);
});

test.each([
  ["rtsp://admin:SEC@RET#1@127.0.0.1:9/x", "rtsp://admin:***@127.0.0.1:9/x"],
  ["rtsp://admin:SEC@RET#1@nowhere.invalid/x", "rtsp://admin:***@nowhere.invalid/x"],
  ["rtsp://admin:SEC RET@127.0.0.1:9/x", "rtsp://admin:***@127.0.0.1:9/x"],
  ["rtsp://admin:SEC/RET?@127.0.0.1:9/x", "rtsp://admin:***@127.0.0.1:9/x"],
  ["rtsp://127.0.0.1:9/user=admin&password=SECRET&channel=1", "rtsp://127.0.0.1:9/user=admin&password=***&channel=1"],
  ["rtmp://127.0.0.1:9/app/SECRET", "rtmp://127.0.0.1:9/app/***"],
  ["srt://127.0.0.1:9?passphrase=SECRETSECRET&latency=200", "srt://127.0.0.1:9?passphrase=***&latency=200"],
  ["http://127.0.0.1:9/live.m3u8?token=SECRET", "http://127.0.0.1:9/live.m3u8?token=***"],
])("kt emit-video %s tells that it cannot be opened, and not its password", async (address, shown) => {
  const { code, stderr } = await kt(["emit-video", address, "--retries", "1", "--topic", "unused", "--debug"]);
  expect(code).toBe(1);
  expect(stderr).toContain(`kt: '${shown}' cannot be opened: `);
  expect(stderr).not.toMatch(secret);
});

test("kt emit-video tells that it does not know a protocol, and no password", async () => {
  const { code, stderr } = await kt(["emit-video", "gone://admin:SECRET@127.0.0.1:9/x", "--retries", "1", "--topic", "unused", "--debug"]);
  expect(code).toBe(1);
  expect(stderr).toContain("kt: This ffmpeg knows no GONE, and so cannot open 'gone://admin:***@127.0.0.1:9/x'.");
  expect(stderr).not.toMatch(secret);
});

test("kt produce --url, --exec and --encode, and the broker's address, tell what failed, and no password", async () => {
  const proxy = { http_proxy: "http://u:SECRET@127.0.0.1:9", no_proxy: undefined, NO_PROXY: undefined };
  for (const [args, said, env] of [
    [["--url", "http://u:SECRET@127.0.0.1:9/user=a&password=SECRET?x=SECRET", "--attempts", "1"], "http://u:***@127.0.0.1:9/user=a&password=***?x=***", {}],
    [["--url", "http://u:SECRET@nowhere.invalid/", "--attempts", "1"], "http://u:***@nowhere.invalid/ cannot be reached", proxy],
    [["--url", "http://127.0.0.1:9/", "--request-header", "Authorization: SECRET"], "--request-header takes name=value", {}],
    [["--exec", "false -u me:SECRET"], "'false' ended with code 1", {}],
    [["--encode", "avro", "--registry", "http://u:SEC@RET@127.0.0.1:9"], "The Schema Registry at http://u:***@127.0.0.1:9 cannot be reached", {}],
    [["x", "--brokers", "sasl_ssl://u:SECRET@127.0.0.1:9"], "sasl_ssl://u:***@127.0.0.1:9", {}],
  ] as const) {
    const { code, stderr } = await kt(["produce", "unused", "--debug", ...args], { stdin: "{}\n", env });
    expect(stderr).toContain(said);
    expect(stderr).not.toMatch(secret);
    expect(code).toBeGreaterThan(0);
  }
});
