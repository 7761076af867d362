/** What sends to a broker that goes away: what comes back loses nothing, what does not is told exactly. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { OwnBroker } from "./support/broker.ts";
import { makeClip } from "./support/clips.ts";
import { isEnd, reported, sequenceOf, upTo } from "./support/frames.ts";
import { binary, eventually, jsonLines, kt, ktOk, startKt, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { type Running, run } from "./support/process.ts";

setDefaultTimeout(120_000);

let broker: OwnBroker;
let folder: TempFolder;
/** 200 frames, 8 s. */
let clip: string;

beforeAll(async () => {
  folder = await tempFolder();
  broker = await OwnBroker.start();
  clip = await makeClip(`${folder.path}/clip.mp4`, { seconds: 8 });
}, 120_000);
afterAll(async () => {
  await broker?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
}, 60_000);

const env = () => ({ KT_BROKERS: broker.address });

function emit(topic: string, ...options: string[]): Running {
  return startKt(["emit-video", clip, "--topic", topic, ...options], { env: env() });
}

/** The kt-seq of each frame, in the order in which it is stored. */
async function storedSequence(topic: string): Promise<number[]> {
  // A broker that has just come back may not lead its partitions yet; a test of its own is about that.
  const { stdout } = await eventually(async () => {
    const finished = await kt(["consume", topic, "--json", "--exit"], { env: env() });
    return finished.code === 0 && finished;
  }, `reading ${topic}`);
  return sequenceOf(jsonLines(stdout).filter((record) => !isEnd(record)));
}

/** Until so many frames are on the broker. */
async function whenStored(topic: string, count: number): Promise<void> {
  await using consumer = startKt(["consume", topic, "--json"], { env: env() });
  await consumer.stdout.waitFor((output) => output.lines.length >= count);
}

test.each(["stop", "kill"] as const)("a broker that goes (%s) in the middle and comes back: every frame once, in order, exit code 0", async (how) => {
  const topic = uniqueName(`back-${how}`);
  await ktOk(["topic", "create", topic], { env: env() });
  await using emitter = emit(topic);
  await whenStored(topic, 40);
  await broker[how]();
  await Bun.sleep(1000);
  expect(emitter.running).toBe(true);
  await broker.startAgain();
  expect(await emitter.ended(40_000)).toBe(0);
  expect(reported(emitter.stderr.text)).toEqual({ sent: 200, delivered: 200, failed: 0 });
  expect(await storedSequence(topic)).toEqual(upTo(200));
});

test.each([
  ["", []],
  [", whose queue is full", ["-X", "queue.buffering.max.messages=20"]],
] as [string, string[]][])(
  "a broker that does not come back%s: Ctrl-C ends it, with the exact number that was not delivered and exit code 1",
  async (_, options) => {
    const topic = uniqueName("gone");
    await ktOk(["topic", "create", topic], { env: env() });
    await using emitter = emit(topic, "--loop", ...options);
    await whenStored(topic, 40);
    await broker.kill();
    try {
      await Bun.sleep(2500);
      expect(emitter.running).toBe(true);
      const interruptedAt = performance.now();
      expect(await emitter.stop(25_000)).toBe(1);
      expect(performance.now() - interruptedAt).toBeLessThan(20_000);
    } finally {
      await broker.startAgain();
    }
    const { sent, delivered, failed } = reported(emitter.stderr.text);
    expect(delivered + failed).toBe(sent);
    expect(failed).toBeGreaterThan(10);
    expect(emitter.stderr.text).toContain(`kt: ${failed} of ${sent} frames were not delivered to ${topic}`);
    // A record may be stored whose acknowledgement the crash kept back, but no more than was on its way at once.
    const stored = await storedSequence(topic);
    expect(stored).toEqual(upTo(stored.length));
    expect(stored.length).toBeGreaterThanOrEqual(delivered);
    expect(stored.length).toBeLessThanOrEqual(delivered + 5);
  },
);

test("a second Ctrl-C does not wait for a broker that is away", async () => {
  const topic = uniqueName("twice");
  await ktOk(["topic", "create", topic], { env: env() });
  await using emitter = emit(topic, "--loop");
  await whenStored(topic, 20);
  await broker.kill();
  try {
    await Bun.sleep(1000);
    emitter.interrupt();
    await Bun.sleep(500);
    expect(await emitter.stop(2000)).toBe(1);
  } finally {
    await broker.startAgain();
  }
});

test("a command that comes right after the broker did waits until it leads the topic again", async () => {
  const topic = uniqueName("epoch");
  await ktOk(["topic", "create", topic, "--partitions", "60"], { env: env() });
  await ktOk(["produce", topic, "kept", "--partition", "59"], { env: env() });
  await broker.kill();
  await broker.startAgain();
  for (let round = 0; round < 3; round++) {
    const all = await Promise.all([
      kt(["consume", topic, "--exit"], { env: env() }),
      kt(["topic", "describe", topic], { env: env() }),
      kt(["topic", "list"], { env: env() }),
    ]);
    expect(all.map(({ code, stderr }) => (code === 0 ? "" : stderr))).toEqual(["", "", ""]);
    expect(all[0]?.stdout).toBe("kept\n");
  }
});

test("kt produce and kt consume outlive a restart of the broker, too", async () => {
  const topic = uniqueName("lines");
  await ktOk(["topic", "create", topic], { env: env() });
  await using consumer = startKt(["consume", topic], { env: env() });
  await using producer = startKt(["produce", topic], { env: env(), stdin: "pipe" });
  producer.write("before\n");
  await consumer.stdout.waitFor(/before\n/);
  await broker.kill();
  producer.write("during\n");
  await Bun.sleep(500);
  await broker.startAgain();
  producer.write("after\n");
  await consumer.stdout.waitFor(/after\n/, 30_000);
  expect(consumer.stdout.text).toBe("before\nduring\nafter\n");
  expect(await producer.stop()).toBe(0);
  expect(await consumer.stop()).toBe(0);
});

test("a broker that crashes in the middle of a long file and comes back: every line once, in order", async () => {
  const topic = uniqueName("long");
  await ktOk(["topic", "create", topic], { env: env() });
  const file = `${folder.path}/long.txt`;
  await Bun.write(file, Array.from({ length: 2_000_000 }, (_, i) => `${i} ${"x".repeat(40)}\n`).join(""));
  await using producer = startKt(["produce", topic, "--lines", file], { env: env() });
  // From the second request on several are on their way at any time.
  await ktOk(["consume", topic, "-n", "40000"], { env: env() });
  await broker.kill();
  expect(producer.running).toBe(true);
  await broker.startAgain();
  expect(await producer.ended(60_000)).toBe(0);
  const { stdout } = await run(["sh", "-c", `"${binary}" consume ${topic} --exit | cmp - "${file}" && echo same`], { env: env(), timeoutMs: 60_000 });
  expect(stdout).toBe("same\n");
});
