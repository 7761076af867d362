/** The clock of the machine is set while kt emits, serves and replays: forward an hour, back two, and to what it was. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { cameraHeadBytes, writeCameraHead } from "../../src/protocol/camera-message.ts";
import { type Camera, startCamera } from "./support/camera.ts";
import { makeClip } from "./support/clips.ts";
import { Clock } from "./support/clock.ts";
import { Crowd } from "./support/crowd.ts";
import { storedRuns, verdictOf } from "./support/exactly-once.ts";
import { brokers, eventually, makeTopic, recordsOf, type Served, served, startKt, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { oneJpeg } from "./support/pictures.ts";
import { cpuSeconds } from "./support/proc.ts";
import type { Running } from "./support/process.ts";

setDefaultTimeout(180_000);

/** A broker takes nothing that is dated an hour ahead of its own clock. */
const hourMs = 59 * 60_000;
const jumpsMs = [hourMs, -hourMs, 0];
/** From the source to the log, and to be asked for, on a machine that is busy with other tests. */
const mostLateMs = 20_000;

let folder: TempFolder;
let camera: Camera;
let clock: Clock;
let topic: string;
let emitter: Running;
let server: Served;
beforeAll(async () => {
  [folder, clock] = await Promise.all([tempFolder(), Clock.start()]);
  const clip = await makeClip(`${folder.path}/clip.mp4`, {
    seconds: 600,
    rate: 10,
    size: "160x120",
    encoding: ["-c:v", "libx264", "-bf", "0", "-g", "10", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
  });
  camera = await startCamera(clip, "door");
  topic = await makeTopic("clock", "--partitions", "2");
  // One that is dated by when it came, and one by its pace.
  const inputs = [`door=${camera.url("door")}`, `file=${clip}`];
  emitter = startKt(["emit-video", ...inputs, "--codec", "mjpeg", "--topic", topic], { env: clock.env });
  server = await served(startKt(["serve", "--port", "0"], { env: { ...clock.env, KT_BROKERS: brokers } }));
  await eventually(async () => new Set((await recordsOf(topic)).map(({ key }) => key)).size === 2, "both streams", 60_000);
}, 120_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await emitter[Symbol.asyncDispose]();
  await camera[Symbol.asyncDispose]();
  await Promise.all([clock[Symbol.asyncDispose](), folder[Symbol.asyncDispose]()]);
});

const iso = (ms: number) => new Date(ms).toISOString();

/** When the last three pictures of a stream were taken, as the log has it. */
async function newestMs(key: string): Promise<number[]> {
  const records = await recordsOf(topic, "--from", "-20", "--key", key);
  return records.slice(-3).map(({ timestamp }) => timestamp as number);
}

test("emitter, server, live and replaying viewers go on; pictures are of the time that it is, each once and in order", async () => {
  const stream = (key: string, more: string) => `${server.url}/topics/${topic}/stream.mjpeg?nosignal=0&key=${key}${more}`;
  const replays = ["&from=start", `&from=start&group=${uniqueName("clock")}`, "&from=-50", `&from=${iso(clock.nowMs - 3000)}`];
  using crowd = new Crowd(["door", "file"].flatMap((key) => ["", ...replays].map((more) => stream(key, more))));
  await crowd.more(10, 60_000);
  for (const aheadMs of jumpsMs) {
    const before = { cpu: cpuSeconds(server.process.pid) + cpuSeconds(emitter.pid), atMs: performance.now() };
    clock.set(aheadMs);
    await crowd.more(30, 60_000).catch((error: Error) => {
      const behind = crowd.viewers.map(({ pictures, said }, i) => `${i}: ${pictures} ${said}`);
      throw new Error(`${error.message}, ${aheadMs / hourMs} h ahead: ${behind.join(", ")}`);
    });
    for (const key of ["door", "file"]) for (const ms of await newestMs(key)) expect(ms - clock.nowMs).toBeWithin(-mostLateMs, 1000);
    // A viewer that begins now, at a time that the clock has shown for a moment.
    using late = new Crowd([stream("door", ""), stream("file", `&from=${iso(clock.nowMs - 1000)}`)]);
    await late.more(5, 60_000);
    const cores = (cpuSeconds(server.process.pid) + cpuSeconds(emitter.pid) - before.cpu) / ((performance.now() - before.atMs) / 1000);
    expect(cores).toBeLessThan(1);
  }
  expect(crowd.connected).toBe(crowd.viewers.length);
  expect([await emitter.stop(30_000), emitter.stderr.lines.filter((line) => /Warning|kt:/.test(line))]).toEqual([0, []]);
  expect(verdictOf(await storedRuns(topic))).toMatchObject({ doubled: 0, disordered: 0, missing: 0 });
  expect(server.process.stderr.lines.filter((line) => /Warning|kt:/.test(line))).toEqual([]);
});

test("a browser's camera: where the server's clock is set back its frames do not all have one time", async () => {
  const taking = await makeTopic("clock");
  await using own = await Clock.start();
  own.set(hourMs);
  const options = ["--allow-produce", taking, "--token", "secret"];
  await using takes = await served(startKt(["serve", "--port", "0", ...options], { env: { ...own.env, KT_BROKERS: brokers } }));
  const picture = Buffer.from(await oneJpeg(), "base64");
  const socket = new WebSocket(`${takes.url.replace(/^http/, "ws")}/topics/${taking}/camera?key=door&id=1`, {
    headers: { Authorization: "Bearer secret" },
  } as unknown as string[]);
  await new Promise((resolve) => {
    socket.onmessage = resolve;
  });
  for (let sequence = 0; sequence < 30; sequence++, await Bun.sleep(50)) {
    if (sequence === 15) own.set(-hourMs);
    const message = new Uint8Array(cameraHeadBytes + picture.length);
    writeCameraHead(new DataView(message.buffer), { kind: "jpeg", sequence, capturedMs: own.nowMs });
    message.set(picture, cameraHeadBytes);
    socket.send(message);
  }
  const times = (
    await eventually(async () => {
      const records = await recordsOf(taking);
      return records.length >= 30 && records;
    }, "all frames are there")
  ).map(({ timestamp }) => timestamp as number);
  socket.close();
  for (const ms of times.slice(20, 30)) expect(ms - own.nowMs).toBeWithin(-60_000, 2000);
  expect(new Set(times.slice(20, 30)).size).toBeGreaterThan(5);
});
