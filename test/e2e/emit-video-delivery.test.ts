/** kt emit-video: what is promised of each frame, whatever is killed meanwhile. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { freePort, OwnBroker } from "./support/broker.ts";
import { ffmpeg, makeClip } from "./support/clips.ts";
import { storedRuns, verdictOf } from "./support/exactly-once.ts";
import { isEnd, pictureOf, reported, sequenceOf, upTo } from "./support/frames.ts";
import { eventually, ffmpegPath, jsonLines, kt, ktOk, makeTopic, recordsOf, startKt, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { Running, run } from "./support/process.ts";

setDefaultTimeout(120_000);

let folder: TempFolder;
/** 250 frames, 10 s. */
let clip: string;
beforeAll(async () => {
  folder = await tempFolder();
  clip = await makeClip(`${folder.path}/clip.mp4`, { seconds: 10, encoding: ["-c:v", "libx264", "-g", "50", "-pix_fmt", "yuv420p"] });
});
afterAll(() => folder[Symbol.asyncDispose]());

/** The ffmpegs that a kt started, once there are so many. */
async function ffmpegsOf(pid: number, count: number): Promise<number[]> {
  const running = async () => (await run(["pgrep", "-P", String(pid), "ffmpeg"])).stdout.split("\n").filter(Boolean).map(Number);
  return eventually(async () => {
    const pids = await running();
    return pids.length === count && pids;
  }, "its ffmpeg");
}

test("ffmpeg killed in the middle: what was sent is delivered, the reason is told, and nothing says that the source ended", async () => {
  const topic = await makeTopic("killed");
  await using emitter = startKt(["emit-video", clip, "--topic", topic, "--codec", "mjpeg", "--loop"]);
  await eventually(async () => (await recordsOf(topic)).length > 50, "pictures");
  process.kill((await ffmpegsOf(emitter.pid, 1))[0] as number, "SIGKILL");
  expect(await emitter.ended(15_000)).toBe(1);
  expect(emitter.stderr.text).toMatch(/^kt: ffmpeg ended with code 137 while reading '.*clip\.mp4'/m);
  const { sent, delivered, failed } = reported(emitter.stderr.text);
  const records = await recordsOf(topic);
  expect([delivered, failed, records.length, records.filter(isEnd).length]).toEqual([sent, 0, sent, 0]);
  expect(sequenceOf(records)).toEqual(upTo(sent));
});

/** The process has ended; it may wait for its parent to ask how. */
const gone = async (pid: number) => /^(Z.*)?$/.test((await run(["ps", "-o", "stat=", "-p", String(pid)])).stdout.trim());

test("kt killed while cameras say nothing, by whatever protocol: its ffmpegs do not wait for ever", async () => {
  using mute = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const ports = { udp: freePort(), srt: freePort() };
  await using _srt = new Running([ffmpegPath, "-v", "error", "-i", `srt://127.0.0.1:${ports.srt}?mode=listener`, "-f", "null", "-"]);
  const cameras = [
    ...["rtsp", "rtmp", "tcp"].map((protocol) => `${protocol}=${protocol}://127.0.0.1:${mute.port}/live/1`),
    `udp=udp://127.0.0.1:${ports.udp}`,
    `srt=srt://127.0.0.1:${ports.srt}`,
  ];
  await using killed = startKt(["emit-video", ...cameras, "--topic", await makeTopic("mute")]);
  const children = await ffmpegsOf(killed.pid, cameras.length);
  process.kill(killed.pid, "SIGKILL");
  await killed.ended();
  await eventually(async () => (await Promise.all(children.map(gone))).every(Boolean), "the end of its ffmpegs", 60_000);
});

test("kt killed in the middle and started again: a new run, each frame of the first still there once, and its ffmpegs gone with it", async () => {
  const topic = await makeTopic("dead");
  const args = ["emit-video", `door=${clip}`, `yard=${clip}`, "--topic", topic, "--loop"];
  await using killed = startKt(args);
  const children = await ffmpegsOf(killed.pid, 2);
  await eventually(async () => (await storedRuns(topic)).filter(({ sequence }) => sequence.length > 50).length === 2, "pictures of both");
  process.kill(killed.pid, "SIGKILL");
  await killed.ended();
  await eventually(async () => (await Promise.all(children.map(gone))).every(Boolean), "the end of its ffmpegs");
  const before = await storedRuns(topic);
  expect(verdictOf(before)).toMatchObject({ doubled: 0, disordered: 0, missing: 0 });

  await using again = startKt(args);
  const two = async () => {
    const runs = await storedRuns(topic);
    return runs.length >= 4 && runs.every(({ sequence }) => sequence.length > 50) && runs;
  };
  const after = await eventually(two, "pictures of two runs of each stream");
  expect(await again.stop()).toBe(0);
  for (const stream of ["door", "yard"]) {
    const [first, second, ...more] = after.filter((one) => one.stream === stream);
    expect([second?.run === first?.run, more, first?.ended]).toEqual([false, [], false]);
    // From its beginning, and of the first run no frame was added, taken away or moved.
    expect(second?.sequence).toEqual(upTo(second?.sequence.length ?? 0));
    expect(first).toEqual(before.find((one) => one.stream === stream));
  }
  const runs = await storedRuns(topic);
  expect(verdictOf(runs)).toMatchObject({ doubled: 0, disordered: 0, missing: 0 });
  expect(runs.filter(({ ended }) => ended)).toHaveLength(0);
});

test("a file waits for Kafka: no more than --buffer is held, and every frame arrives", async () => {
  await using broker = await OwnBroker.start();
  const env = { KT_BROKERS: broker.address };
  const topic = uniqueName("bounded");
  await ktOk(["topic", "create", topic], { env });
  await using emitter = startKt(["emit-video", clip, "--topic", topic, "--speed", "2", "--codec", "mjpeg", "--buffer", "100kB", "--stats", "json"], { env });
  await emitter.stderr.waitFor(/"delivered":[1-9]/);
  await broker.kill();
  await Bun.sleep(4000);
  await broker.startAgain();
  expect(await emitter.ended(40_000)).toBe(0);
  expect(reported(emitter.stderr.text)).toEqual({ sent: 250, delivered: 250, failed: 0 });
  const held = jsonLines<{ streams: { inFlightBytes: number; dropped: number }[] }>(emitter.stderr.text.replaceAll(/^[^{].*\n/gm, "")).flatMap(
    ({ streams }) => streams,
  );
  expect(Math.max(...held.map(({ inFlightBytes }) => inFlightBytes))).toBeGreaterThan(50_000);
  expect(Math.max(...held.map(({ inFlightBytes }) => inFlightBytes))).toBeLessThanOrEqual(100_000);
  expect(held.every(({ dropped }) => dropped === 0)).toBe(true);
});

test("--fit makes the pictures small enough for the topic, and they are still pictures", async () => {
  const noise = `${folder.path}/noise.mov`;
  await ffmpeg(["-f", "lavfi", "-i", "nullsrc=size=640x480:rate=5,geq=random(1)*255:128:128", "-t", "1", "-c:v", "mjpeg", "-q:v", "2", noise]);
  const topic = await makeTopic("fit", "--config", "max.message.bytes=60000");
  expect((await kt(["emit-video", noise, "--topic", topic, "--fast"])).stderr).toMatch(/^kt: Frame 0 has \d+ bytes.*max\.message\.bytes is 60000.*--fit/m);
  const fitting = await makeTopic("fit", "--config", "max.message.bytes=60000");
  const { stderr } = await ktOk(["emit-video", noise, "--topic", fitting, "--fast", "--fit"]);
  expect(reported(stderr)).toEqual({ sent: 5, delivered: 5, failed: 0 });
  const frames = (await recordsOf(fitting)).filter((record) => !isEnd(record));
  for (const frame of frames) {
    expect(pictureOf(frame).length).toBeLessThan(60_000);
    expect(pictureOf(frame).length).toBeGreaterThan(5000);
  }
  await Bun.write(`${folder.path}/fit.jpg`, pictureOf(frames[0]));
  await ffmpeg(["-xerror", "-i", `${folder.path}/fit.jpg`, "-f", "null", "-"]);
});

test("a topic that takes none of a camera's frames is told of while it goes on, with the reason", async () => {
  const topic = uniqueName("late");
  // As where the computer's clock is wrong: each frame is dated some milliseconds before the broker sees it.
  await ktOk(["topic", "create", topic, "--config", "message.timestamp.before.max.ms=0"]);
  await using emitter = startKt(["emit-video", "door=testsrc", "--topic", topic, "--codec", "mjpeg"]);
  await emitter.stderr.waitFor(new RegExp(`^Warning: [\\d,]+ frames? of door did not get into ${topic}: the topic takes no time so far from now`, "m"));
  expect(await emitter.stop()).toBe(1);
  expect(emitter.stderr.text).toMatch(/\d+ of \d+ frames were not delivered to .*clock of this computer/);
  expect(emitter.stderr.text.match(/^Warning/gm)).toHaveLength(1);
});
