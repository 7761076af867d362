/** kt emit-video: when frames go, and which. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { makeClip } from "./support/clips.ts";
import { framesOf, header, isEnd, numberIn, reported } from "./support/frames.ts";
import { ktOk, makeTopic, recordsOf, startKt, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
/** 100 frames, 4 s, a key frame every second, with B-frames. */
let clip: string;
beforeAll(async () => {
  folder = await tempFolder();
  clip = await makeClip(`${folder.path}/clip.mp4`, { encoding: ["-c:v", "libx264", "-g", "25", "-pix_fmt", "yuv420p"] });
});
afterAll(() => folder[Symbol.asyncDispose]());

async function emitted(...options: string[]) {
  const topic = uniqueName("pace");
  const { ms, stderr } = await ktOk(["emit-video", clip, "--topic", topic, ...options], { timeoutMs: 60_000 });
  const frames = (await recordsOf(topic)).filter((record) => !isEnd(record));
  const times = frames.map(({ timestamp }) => timestamp as number);
  return { ms, stderr, frames, times: times.map((time) => time - (times[0] as number)) };
}

test("untouched H.264 in real time: records leave in decoding order, timestamps are the presentation's", async () => {
  const { ms, frames, times, stderr } = await emitted();
  expect(frames).toHaveLength(100);
  expect(ms).toBeGreaterThan(3880);
  expect(ms).toBeLessThan(8000);
  for (const [i, frame] of frames.entries()) expect(Math.abs((times[i] as number) - numberIn(frame, "kt-pts") / 1000)).toBeLessThanOrEqual(1);
  expect(stderr).toMatch(/drift -?\d+\.\d ms/);
});

test("--speed 4 takes a quarter of the time, and the timestamps say so", async () => {
  const { ms, times } = await emitted("--speed", "4", "--codec", "mjpeg");
  expect(ms).toBeLessThan(3000);
  expect(times).toHaveLength(100);
  expect(Math.abs((times.at(-1) as number) - 990)).toBeLessThanOrEqual(2);
});

test("--every 20ms is the tutorials' sleep, without its drift", async () => {
  const { ms, times } = await emitted("--every", "20ms", "--codec", "mjpeg");
  expect(ms).toBeGreaterThan(1980);
  expect(times).toEqual(Array.from({ length: 100 }, (_, i) => i * 20));
});

test("--loop 3 is three times, and the times go on", async () => {
  const frames = await framesOf(clip, "--loop", "3", "--codec", "mjpeg");
  expect(frames.map((frame) => numberIn(frame, "kt-pts"))).toEqual(Array.from({ length: 300 }, (_, i) => i * 40_000));
  const copied = await framesOf(clip, "--loop", "2");
  expect(copied.map((frame) => numberIn(frame, "kt-pts")).sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i * 40_000));
});

describe("--start and --duration", () => {
  const range = async (...options: string[]) => (await framesOf(clip, ...options)).map((frame) => numberIn(frame, "kt-pts") / 1000).sort((a, b) => a - b);
  test("are exact where frames are encoded", async () => {
    expect(await range("--codec", "mjpeg", "--start", "1.5", "--duration", "800ms")).toEqual(Array.from({ length: 20 }, (_, i) => 1520 + i * 40));
  });
  test("begin at the key frame before where they are not, so that every frame can be decoded", async () => {
    const times = await range("--start", "1.5", "--duration", "0.8s");
    expect(times[0]).toBe(1000);
    expect(times.at(-1)).toBeGreaterThanOrEqual(2260);
    expect(times.at(-1)).toBeLessThan(2600);
  });
});

test("a test picture needs no file: for so long, at the size and rate that are asked for", async () => {
  const topic = uniqueName("testsrc");
  await ktOk(["emit-video", "testsrc", "--topic", topic, "--duration", "1s", "--size", "320x180", "--fps", "20"]);
  const frames = (await recordsOf(topic)).filter((record) => !isEnd(record));
  expect([frames.length, header(frames[0], "kt-size"), frames[0]?.key]).toEqual([20, "320x180", "testsrc"]);
});

test("--stats json has an object a second, --metrics-port the same for Prometheus", async () => {
  const topic = await makeTopic("stats");
  await using emitter = startKt(["emit-video", `door=${clip}`, "--loop", "--topic", topic, "--stats", "json", "--metrics-port", "0"]);
  await emitter.stderr.waitFor(/(^\{.*\}\n){3}/m);
  const port = /http:\/\/127\.0\.0\.1:(\d+)\/metrics/.exec(emitter.stderr.text)?.[1];
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(await emitter.stop()).toBe(0);
  const objects = emitter.stderr.text.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));
  const last = objects.at(-1);
  expect(last).toMatchObject({ failed: 0, dropped: 0, streams: [{ name: "door", topic, state: "live", speed: expect.any(Number) }] });
  expect(last.frames).toBe(last.delivered + last.inFlight);
  expect(last.streams[0].fps).toBeGreaterThan(20);
  expect(last.streams[0].fps).toBeLessThan(30);
  const { p50, p99 } = last.streams[0].deliveryMs;
  expect(p50).toBeGreaterThan(0);
  expect(p99).toBeGreaterThanOrEqual(p50);
  const metric = (name: string) => Number(new RegExp(`^${name}\\{stream="door",topic="${topic}"[^}]*\\} ([\\d.]+)$`, "m").exec(metrics)?.[1]);
  expect(metric("kt_emit_frames_total")).toBeGreaterThan(50);
  expect(metric("kt_emit_up")).toBe(1);
  expect(metric("kt_emit_delivery_seconds_count")).toBe(metric("kt_emit_delivered_total"));
  expect(metrics).toContain('le="+Inf"');
  expect(reported(emitter.stderr.text).sent).toBeGreaterThanOrEqual(metric("kt_emit_frames_total"));
});
