/** A cluster of three of which some hang or crash: the others are used, and nothing ends or spins meanwhile. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { OwnBroker } from "./support/broker.ts";
import { makeClip } from "./support/clips.ts";
import { isEnd, reported, sequenceOf, upTo } from "./support/frames.ts";
import { eventually, jsonLines, kt, ktOk, serve, startKt, type TempFolder, tempFolder, uniqueName } from "./support/kt.ts";
import { Viewer } from "./support/viewer.ts";

setDefaultTimeout(150_000);

let cluster: OwnBroker;
let folder: TempFolder;
/** 200 frames, 8 s. */
let clip: string;

beforeAll(async () => {
  folder = await tempFolder();
  cluster = await OwnBroker.start("--nodes", "3", "--set", "min.insync.replicas=2");
  clip = await makeClip(`${folder.path}/clip.mp4`, { seconds: 8 });
}, 150_000);
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
}, 60_000);

const env = () => ({ KT_BROKERS: cluster.address });

async function makeReplicated(label: string): Promise<string> {
  const topic = uniqueName(label);
  await ktOk(["topic", "create", topic, "--replication-factor", "3"], { env: env() });
  return topic;
}

async function leaderOf(topic: string): Promise<number> {
  const { stdout } = await ktOk(["topic", "describe", topic, "--json"], { env: env() });
  return JSON.parse(stdout).partitions[0].leader;
}

async function storedSequence(topic: string): Promise<number[]> {
  const { stdout } = await eventually(async () => {
    const finished = await kt(["consume", topic, "--json", "--exit"], { env: env() });
    return finished.code === 0 && finished;
  }, `reading ${topic}`);
  return sequenceOf(jsonLines(stdout).filter((record) => !isEnd(record)));
}

/** How much of a core a process has used, in seconds. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await Bun.file(`/proc/${pid}/stat`).text();
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number) as [number, number];
  return (user + system) / 100;
}

test("a leader that hangs: emitter and viewer go on with the next one, every frame once, in order, and nothing spins", async () => {
  const topic = await makeReplicated("hangs");
  await using emitter = startKt(["emit-video", clip, "--loop", "--topic", topic], { env: env() });
  await using served = await serve(cluster.address);
  await eventually(async () => (await kt(["consume", topic, "-n", "1"], { env: env() })).code === 0, "a first frame");
  await using viewer = new Viewer(`${served.url}/topics/${topic}/stream.mjpeg`);
  await viewer.more(20);
  const leader = await leaderOf(topic);
  await cluster.pause(leader);
  try {
    const before = await cpuSeconds(emitter.pid);
    await Bun.sleep(8000);
    // What it sends waits for an answer: that took all of a core.
    expect((await cpuSeconds(emitter.pid)) - before).toBeLessThan(3);
    // Far more than the pictures that say "no signal", one in five seconds; the leader still hangs.
    await viewer.more(100, 45_000);
    expect(viewer.connected).toBe(true);
  } finally {
    await cluster.resume(leader);
  }
  await viewer.more(20);
  expect(await emitter.stop(40_000)).toBe(0);
  const { sent, delivered, failed } = reported(emitter.stderr.text);
  expect({ delivered, failed }).toEqual({ delivered: sent, failed: 0 });
  // Each round of the clip counts on.
  expect(await storedSequence(topic)).toEqual(upTo(sent));
});

test("two of three crash while named viewers watch: the server lives, and the places are written once they are back", async () => {
  const topic = await makeReplicated("named");
  await ktOk(["emit-video", clip, "--fast", "--topic", topic], { env: env() });
  const groups = Array.from({ length: 6 }, () => uniqueName("view"));
  const placeOf = async (group: string): Promise<number> => {
    const { stdout } = await kt(["group", "describe", group, "--json"], { env: env() });
    return stdout === "" ? 0 : (JSON.parse(stdout).partitions[0]?.committed ?? 0);
  };
  await using served = await serve(cluster.address);
  const viewers = groups.map((group) => new Viewer(`${served.url}/topics/${topic}/stream.mjpeg?group=${group}&speed=0.5`));
  try {
    await Promise.all(viewers.map((viewer) => viewer.more(10)));
    const before = await eventually(async () => {
      const places = await Promise.all(groups.map(placeOf));
      return places.every((place) => place > 0) && places;
    }, "a first place of each group");
    await cluster.kill(2);
    await cluster.kill(3);
    // A commit gives up after ten seconds; what it waited for comes back after that.
    await Bun.sleep(13_000);
    expect(served.process.running).toBe(true);
    await cluster.startAgain();
    await eventually(
      async () => (await Promise.all(groups.map(placeOf))).every((place, i) => place > (before[i] as number)),
      () => `places after ${before}; ${served.process.stderr.text.slice(-1000)}`,
      40_000,
    );
  } finally {
    await Promise.all(viewers.map((viewer) => viewer[Symbol.asyncDispose]()));
  }
  expect(served.process.running).toBe(true);
  expect(await served.process.stop()).toBe(0);
});
