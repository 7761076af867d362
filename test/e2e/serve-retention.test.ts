/** A log that is at its limit: records vanish under those who read them, and they go on with the oldest that is there. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { OwnBroker } from "./support/broker.ts";
import { Crowd } from "./support/crowd.ts";
import { eventually, kt, ktOk, serve, startKt } from "./support/kt.ts";
import { cpuSeconds } from "./support/proc.ts";
import { openSocket } from "./support/socket.ts";

setDefaultTimeout(120_000);

interface Piece {
  frames: { partition: number; offset: number; timestampMs: number }[];
  gap: { fromMs: number | null; toMs: number | null } | null;
}

test("who watches what is deleted meanwhile goes on with the oldest picture, and a page is told where that is", async () => {
  await using broker = await OwnBroker.start("--set", "log.retention.check.interval.ms=500", "--set", "log.segment.delete.delay.ms=100");
  const env = { KT_BROKERS: broker.address };
  const limits = ["retention.bytes=1500000", "segment.bytes=1048576"].flatMap((limit) => ["--config", limit]);
  await ktOk(["topic", "create", "ring", ...limits], { env });
  await using _emitter = startKt(["emit-video", "door=testsrc", "--size", "640x360", "--fps", "10", "--quality", "2", "--codec", "mjpeg", "--topic", "ring"], {
    env,
  });
  const range = async () =>
    (JSON.parse((await ktOk(["topic", "describe", "ring", "--json"], { env })).stdout) as { partitions: { low: number; high: number }[] }).partitions[0] ?? {
      low: 0,
      high: 0,
    };
  await eventually(async () => (await range()).high > 30, "it is live");
  await using served = await serve(broker.address);
  await using socket = await openSocket(served.url);
  socket.send({ type: "piece", request: 1, topic: "ring", key: "door", h264: true, spacingMs: 0, at: { timeMs: Date.now() - 3000 } });
  const place = ((await socket.waitFor(({ request }) => request === 1)) as unknown as Piece).frames[0];
  expect(place).toBeDefined();

  // A tenth of the pace that it is written in: what it is to show next is deleted over and over.
  const stream = `${served.url}/topics/ring/stream.mjpeg?nosignal=0&key=door`;
  using crowd = new Crowd([`${stream}&from=start&speed=0.1`, `${stream}&group=view&speed=0.1`, stream]);
  await crowd.more(2, 30_000);
  const begun = await range();
  await eventually(async () => (await range()).low > Math.max(begun.high, place?.offset ?? 0), "all that was there is deleted", 60_000);

  const [before, beganMs] = [cpuSeconds(served.process.pid), performance.now()];
  await crowd.more(5, 60_000);
  expect((cpuSeconds(served.process.pid) - before) / ((performance.now() - beganMs) / 1000)).toBeLessThan(0.7);
  expect(crowd.connected).toBe(3);
  const { stdout } = await kt(["group", "describe", "view", "--json"], { env });
  expect(JSON.parse(stdout)).toMatchObject({ partitions: [{ topic: "ring" }] });

  // Of a server that has nothing of it in memory any more, the page asks for what follows a picture that is gone, and for its time.
  await using fresh = await serve(broker.address);
  await using page = await openSocket(fresh.url);
  const oldest = (await range()).low;
  for (const [request, at] of [{ after: place as object }, { timeMs: place?.timestampMs }].entries()) {
    page.send({ type: "piece", request, topic: "ring", key: "door", h264: true, spacingMs: 0, at });
    const { frames, gap, first } = (await page.waitFor((message) => message.request === request)) as unknown as Piece & { first: boolean };
    expect(frames[0]?.offset).toBeGreaterThanOrEqual(oldest);
    // Nothing is there of that time; and when the oldest picture was taken.
    if (request === 1) expect([gap, first]).toEqual([{ fromMs: null, toMs: frames[0]?.timestampMs as number }, true]);
  }
});
