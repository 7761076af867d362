/** kt emit-video: a frame is a record, with the contract's headers, at the pace that was asked for. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { RecordEnvelope } from "../../src/format/json.ts";
import { makeClip, presentationTimesUs } from "./support/clips.ts";
import { framesOf, header, isEnd, reported, sequenceOf, upTo } from "./support/frames.ts";
import { kt, ktOk, makeTopic, recordsOf, startKt, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
/** 100 frames, 4 s, 320x240, H.264 with B-frames. */
let clip: string;

beforeAll(async () => {
  folder = await tempFolder();
  clip = await makeClip(`${folder.path}/front door.mp4`);
}, 30_000);
afterAll(() => folder[Symbol.asyncDispose]());

test("in real time: a record a frame, with exactly the contract's headers, paced by the source's times", async () => {
  const topic = uniqueName("contract");
  const begunAtMs = Date.now();
  const emitted = await kt(["emit-video", clip, "--topic", topic, "--codec", "mjpeg"]);
  const endedAtMs = Date.now();
  expect([emitted.code, emitted.stdout]).toEqual([0, ""]);
  expect(emitted.stderr).toContain(`Created topic ${topic}.`);
  expect(reported(emitted.stderr)).toEqual({ sent: 100, delivered: 100, failed: 0 });
  expect(emitted.stderr).not.toContain("Warning");

  const records = await recordsOf(topic);
  expect(records).toHaveLength(101);
  const last = records.pop() as RecordEnvelope;
  const run = header(last, "kt-run");
  expect(run).toMatch(/^[0-9a-f]{8,}$/);
  expect([last.key, last.value, last.headers.map(({ name, value }) => `${name}=${value}`).sort()]).toEqual(["front door", "", ["kt-end=1", `kt-run=${run}`]]);

  const times = await presentationTimesUs(clip);
  expect(times).toHaveLength(100);
  for (const [i, record] of records.entries()) {
    expect(Object.fromEntries(record.headers.map(({ name, value }) => [name, value]))).toEqual({
      "content-type": "image/jpeg",
      "kt-seq": String(i),
      "kt-pts": String(times[i]),
      "kt-size": "320x240",
      "kt-key": "1",
      "kt-run": run as string,
    });
    expect(record.headers).toHaveLength(6);
    expect([record.key, record.partition, record.encoding.value]).toEqual(["front door", 0, "base64"]);
    const jpeg = Buffer.from(record.value as string, "base64");
    expect([jpeg.subarray(0, 3).toString("hex"), jpeg.subarray(-2).toString("hex")]).toEqual(["ffd8ff", "ffd9"]);
  }

  // Each frame's timestamp is the start plus its time in the source, on this machine's clock.
  const [first] = records as [RecordEnvelope];
  for (const [i, { timestamp }] of records.entries())
    expect(Math.abs((timestamp as number) - (first.timestamp as number) - (times[i] as number) / 1000)).toBeLessThanOrEqual(1);
  expect(first.timestamp).toBeGreaterThanOrEqual(begunAtMs);
  expect(records.at(-1)?.timestamp).toBeLessThanOrEqual(endedAtMs);
  expect(endedAtMs - begunAtMs).toBeGreaterThanOrEqual(3960);
  expect(endedAtMs - begunAtMs).toBeLessThan(8000);
});

test("in real time a frame is on Kafka when it is due, not when the clip ends", async () => {
  const topic = await makeTopic("due");
  await using consumer = startKt(["consume", topic, "--json"]);
  await Bun.sleep(1000);
  await using _emitter = startKt(["emit-video", clip, "--topic", topic]);
  await consumer.stdout.waitFor((output) => output.lines.length >= 25);
  const delays: number[] = [];
  for (let seen = consumer.stdout.lines.length; delays.length < 40; ) {
    await consumer.stdout.waitFor((output) => output.lines.length > seen);
    const nowMs = Date.now();
    const lines = consumer.stdout.lines.slice(seen);
    seen += lines.length;
    for (const line of lines) delays.push(nowMs - ((JSON.parse(line) as RecordEnvelope).timestamp as number));
  }
  expect(delays.sort((a, b) => a - b)[20]).toBeLessThan(200);
});

test("--fast is faster than real time, with the same frames and times", async () => {
  const long = await makeClip(`${folder.path}/long.mp4`, { seconds: 12, rate: 30 });
  const topic = uniqueName("fast");
  const { ms } = await ktOk(["emit-video", long, "--topic", topic, "--fast", "--name", "cam 1", "--codec", "mjpeg"]);
  expect(ms).toBeLessThan(8000);
  const records = (await recordsOf(topic)).filter((record) => !isEnd(record));
  expect(sequenceOf(records)).toEqual(upTo(360));
  expect(records.map((record) => Number(header(record, "kt-pts")))).toEqual(await presentationTimesUs(long));
  expect(new Set(records.map(({ key }) => key))).toEqual(new Set(["cam 1"]));
  const spanMs = (records.at(-1)?.timestamp as number) - (records[0]?.timestamp as number);
  expect(Math.abs(spanMs - 11_967)).toBeLessThanOrEqual(2);
});

test("kt-pts is the time in the source, also where that does not begin at zero or is not even", async () => {
  const offset = await makeClip(`${folder.path}/offset.mp4`, {
    seconds: 1,
    encoding: ["-c:v", "libx264", "-bf", "0", "-pix_fmt", "yuv420p", "-output_ts_offset", "5"],
  });
  const uneven = await makeClip(`${folder.path}/uneven.mp4`, {
    seconds: 2,
    encoding: ["-vf", "select=not(mod(n\\,3))+lt(n\\,10)", "-fps_mode", "vfr", "-c:v", "libx264"],
  });
  for (const path of [uneven, offset]) {
    const times = await presentationTimesUs(path);
    expect(times.length).toBeGreaterThan(10);
    expect((await framesOf(path, "--codec", "mjpeg")).map((record) => Number(header(record, "kt-pts")))).toEqual(times);
  }
});

test("kt-size is the picture's, whatever the source's pixels are", async () => {
  const odd = await makeClip(`${folder.path}/odd.mkv`, {
    seconds: 1,
    size: "322x242",
    encoding: ["-vf", "crop=321:241:exact=1,format=yuv444p", "-c:v", "libx264"],
  });
  const frames = await framesOf(odd);
  expect(frames).toHaveLength(25);
  expect(new Set(frames.map((record) => header(record, "kt-size")))).toEqual(new Set(["321x241"]));
});

test("--quality makes the pictures smaller", async () => {
  const bytes = async (quality: string) => (await framesOf(clip, "--quality", quality)).reduce((sum, { value }) => sum + (value as string).length, 0);
  const [best, worst] = [await bytes("2"), await bytes("31")];
  expect(worst).toBeLessThan(best / 2);
  expect((await kt(["emit-video", clip, "--quality", "1"])).code).toBe(2);
});

test("--loop goes on past the end, and Ctrl-C sends what is on its way", async () => {
  const short = await makeClip(`${folder.path}/short.mp4`, { seconds: 1 });
  for (const pace of [[], ["--fast"]]) {
    const topic = await makeTopic("loop");
    await using emitter = startKt(["emit-video", short, "--topic", topic, "--codec", "mjpeg", "--loop", ...pace]);
    await ktOk(["consume", topic, "-n", "60"]); // more than twice through its 25 frames
    expect(await emitter.stop()).toBe(0);
    const { sent, delivered, failed } = reported(emitter.stderr.text);
    expect(sent).toBeGreaterThanOrEqual(60);
    expect([delivered, failed]).toEqual([sent, 0]);
    const records = await recordsOf(topic);
    expect(records.filter(isEnd)).toEqual([]); // it was interrupted: nothing says that the source ended
    expect(sequenceOf(records)).toEqual(upTo(sent));
    const times = records.map((record) => Number(header(record, "kt-pts")));
    expect(times.every((time, i) => i === 0 || time > (times[i - 1] as number))).toBe(true);
  }
});

test("several streams share a topic, each in order under its own name", async () => {
  const topic = await makeTopic("many", "--partitions", "3");
  const names = ["left", "right", "007"];
  await Promise.all(names.map((name) => ktOk(["emit-video", clip, "--topic", topic, "--name", name])));
  const records = await recordsOf(topic);
  for (const name of names) {
    const own = records.filter(({ key }) => key === name);
    expect(own).toHaveLength(101);
    expect(sequenceOf(own.slice(0, 100))).toEqual(upTo(100));
    expect(new Set(own.map(({ partition }) => partition)).size).toBe(1);
  }
  expect(new Set(records.map((record) => header(record, "kt-run"))).size).toBe(3);
});

test("KT_TOPIC names the topic; a missing one is made to take large frames", async () => {
  const topic = uniqueName("made");
  await ktOk(["emit-video", clip, "--fast"], { env: { KT_TOPIC: topic } });
  const described = JSON.parse((await ktOk(["topic", "describe", topic, "--json"])).stdout) as { config: { name: string; value: string }[] };
  expect(Number(described.config.find(({ name }) => name === "max.message.bytes")?.value)).toBeGreaterThan(4_000_000);
});
