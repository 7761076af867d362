/** The end of kt serve, as its viewers and those who run it see it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { Crowd } from "./support/crowd.ts";
import { brokers, eventually, jsonLines, kt, makeTopic, recordsOf, serve, startKt, uniqueName } from "./support/kt.ts";
import { openSocket } from "./support/socket.ts";

setDefaultTimeout(120_000);

interface Described {
  partitions: { topic: string; committed: number | null }[];
}

async function placeOf(group: string): Promise<number> {
  const { code, stdout } = await kt(["group", "describe", group, "--json"]);
  return code === 0 ? (jsonLines<Described>(stdout)[0]?.partitions[0]?.committed ?? 0) : 0;
}

async function live(topic: string) {
  const emitter = startKt(["emit-video", "testsrc", "--size", "160x120", "--fps", "10", "--codec", "mjpeg", "--topic", topic]);
  await eventually(async () => (await recordsOf(topic)).length > 30, "it is live");
  return emitter;
}

test("SIGTERM: not ready any more, while viewers still watch; then streams end whole, places are written, exit code 0 in ten seconds", async () => {
  const topic = await makeTopic("ends");
  await using _emitter = await live(topic);
  await using served = await serve();
  const stream = `${served.url}/topics/${topic}/stream.mjpeg?nosignal=0`;
  const group = uniqueName("ends");
  using crowd = new Crowd([stream, `${stream}&from=start`, `${stream}&group=${group}&speed=0.5`]);
  await using socket = await openSocket(served.url);
  const events = fetch(`${served.url}/topics/${topic}/records`, { headers: { Accept: "text/event-stream" } }).then((response) => response.text());
  await crowd.more(10, 20_000);
  expect((await fetch(`${served.url}/readyz`)).status).toBe(200);

  const pictures = crowd.pictures;
  const beganMs = performance.now();
  process.kill(served.process.pid, "SIGTERM");
  await eventually(async () => (await fetch(`${served.url}/readyz`)).status === 503, "it is not ready", 5000);
  expect((await fetch(`${served.url}/healthz`)).status).toBe(200);
  expect((await fetch(stream)).status).toBe(503);
  expect(crowd.viewers.map(({ ended }) => ended)).toEqual([false, false, false]);
  expect(await served.process.ended(10_000)).toBe(0);
  expect(performance.now() - beganMs).toBeLessThan(10_000);
  expect(crowd.pictures).toBeGreaterThan(pictures);
  await eventually(() => crowd.viewers.every(({ ended }) => ended), "no viewer hangs on a dead connection");
  expect(crowd.viewers.map(({ whole }) => whole)).toEqual([true, true, true]);
  expect(await socket.closed).toBe(1001);
  expect(await events).toContain("data: ");
  // Offsets are pictures here, and the group begins with the first of them.
  expect(await placeOf(group)).toBeWithin((crowd.viewers[2]?.pictures ?? 0) - 5, (crowd.viewers[2]?.pictures ?? 0) + 5);
  expect(served.process.stderr.text).not.toMatch(/kt:|Warning/);
});

test("the terminal's end (SIGHUP) ends it as Ctrl-C does", async () => {
  const topic = await makeTopic("ends");
  await using _emitter = await live(topic);
  await using served = await serve();
  using crowd = new Crowd([`${served.url}/topics/${topic}/stream.mjpeg`]);
  await crowd.more(5, 20_000);
  process.kill(served.process.pid, "SIGHUP");
  expect(await served.process.ended(5000)).toBe(0);
  await eventually(() => crowd.viewers[0]?.whole === true, "the stream ended");
});

test("SIGKILL: places are kept to within two seconds, and whoever comes back goes on there", async () => {
  const topic = await makeTopic("killed");
  await using _emitter = await live(topic);
  const groups = [uniqueName("killed"), uniqueName("killed")];
  const pictures: number[] = [];
  {
    await using served = await serve();
    using crowd = new Crowd(groups.map((group) => `${served.url}/topics/${topic}/stream.mjpeg?group=${group}&nosignal=0`));
    await crowd.more(50, 30_000);
    process.kill(served.process.pid, "SIGKILL");
    await served.process.ended();
    pictures.push(...crowd.viewers.map(({ pictures }) => pictures));
  }
  // Ten pictures a second; what was written last is a second old, and took a moment. Five wait to be shown.
  for (const [i, group] of groups.entries()) expect(await placeOf(group)).toBeWithin((pictures[i] as number) - 30, (pictures[i] as number) + 6);
  await using again = await serve(brokers);
  using back = new Crowd(groups.map((group) => `${again.url}/topics/${topic}/stream.mjpeg?group=${group}&nosignal=0`));
  await back.more(10, 30_000);
  const places = await Promise.all(groups.map(placeOf));
  await eventually(async () => (await Promise.all(groups.map(placeOf))).every((place, i) => place > (places[i] as number)), "the places go on");
});
