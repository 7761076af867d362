/** A stream that was silent for hours, while others wrote far more than is read through: time goes on as if they had not. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Archive } from "../../src/hub/log/archive.ts";
import { findExtent } from "../../src/hub/log/extent.ts";
import { RecordedStream } from "../../src/hub/log/recorded.ts";
import { Scout } from "../../src/hub/scout/scout.ts";
import { StreamLog } from "../../src/hub/scout/stream-log.ts";
import { type Admin, openAdmin } from "../../src/kafka/admin/admin.ts";
import { eventually, ktOk, startKt, uniqueName } from "./support/kt.ts";
import { config, hourMs, others, runOf, type TestRecord, write } from "./support/silence.ts";

setDefaultTimeout(120_000);

const count = 250_000;
const startMs = Math.floor((Date.now() - 5 * hourMs) / 1000) * 1000;
const runMs = 10_000;
const runPictures = runMs / 40;
/** Of the last picture of a run that begins then. */
const lastOf = (beganMs: number) => beganMs + runMs - 40;
let admin: Admin;

beforeAll(async () => {
  admin = await openAdmin(config);
});
afterAll(() => admin.close());

async function topicOf(parts: Iterable<TestRecord>[], { partitions = 1, settings = {} as Record<string, string> } = {}): Promise<string> {
  const topic = uniqueName("silence");
  await admin.changes.create({ name: topic, partitions, replicationFactor: 1, config: settings });
  await write(topic, ...parts);
  return topic;
}

/** Hours of others' records between two runs of "cam". */
const cameBack = (partitions = 1) => [
  runOf("cam", "a", startMs, runPictures),
  others(count, startMs + runMs, startMs + 4 * hourMs, partitions),
  runOf("cam", "b", startMs + 4 * hourMs, runPictures),
];

/** As a server that has just started sees it. */
async function look<Result>(work: (hub: { archive: Archive; admin: Admin; scout: Scout }) => Promise<Result>): Promise<Result> {
  const hub = { archive: new Archive(config), admin, scout: new Scout(config, admin) };
  try {
    return await work(hub);
  } finally {
    await Promise.all([hub.archive.close(), hub.scout.close()]);
  }
}

const sinceStart = (pictures: { timestampMs: number }[]) => pictures.map(({ timestampMs }) => timestampMs - startMs);

for (const partitions of [1, 16]) {
  test(`a time in the gap is known as such, and both runs with their ends (partitions: ${partitions})`, async () => {
    const topic = await topicOf(cameBack(partitions), { partitions });
    const all = Array.from({ length: partitions }, (_, i) => i);
    await look(async (hub) => {
      const stream = new RecordedStream(hub, topic, "cam", all);
      const piece = await stream.piece({ timeMs: startMs + hourMs });
      expect(sinceStart(piece.pictures).slice(0, 2)).toEqual([runMs - 40, 4 * hourMs]);
      expect(piece).toMatchObject({ timeMs: startMs + hourMs, gap: { fromMs: lastOf(startMs), toMs: startMs + 4 * hourMs } });
      expect(await findExtent(hub, topic, "cam", all)).toMatchObject({
        open: false,
        stretches: [
          { startMs, endMs: lastOf(startMs), run: "a" },
          { startMs: startMs + 4 * hourMs, endMs: lastOf(startMs + 4 * hourMs), run: "b" },
        ],
      });
      // Nearly nothing of what is between was read, or is in memory.
      expect(hub.archive.bytes).toBeLessThan(12 << 20);
    });
  });
}

test("from picture to picture it goes over the gap, both ways", async () => {
  const topic = await topicOf(cameBack());
  await look(async (hub) => {
    const stream = new RecordedStream(hub, topic, "cam", [0]);
    const end = await stream.piece({ timeMs: lastOf(startMs) - 1000 });
    const spot = end.pictures.at(-1);
    if (!spot) throw new Error("there is no picture");
    const on = await stream.piece({ after: spot });
    expect(sinceStart(on.pictures)).toEqual([
      ...Array.from({ length: (lastOf(startMs) - spot.timestampMs) / 40 }, (_, i) => spot.timestampMs - startMs + 40 * (i + 1)),
      ...Array.from({ length: 64 - (lastOf(startMs) - spot.timestampMs) / 40 }, (_, i) => 4 * hourMs + i * 40),
    ]);
    const [, first] = (await stream.piece({ timeMs: startMs + 4 * hourMs })).pictures;
    if (!first) throw new Error("there is no picture");
    const back = await stream.piece({ before: first });
    expect(sinceStart(back.pictures)).toEqual([...Array.from({ length: 63 }, (_, i) => runMs - 63 * 40 + i * 40), 4 * hourMs]);
  });
});

test("what never came back ends where it ended, and a time that is still to come is its end", async () => {
  const topic = await topicOf([runOf("cam", "a", startMs, runPictures), others(count, startMs + runMs, startMs + 4 * hourMs)]);
  await look(async (hub) => {
    const stream = new RecordedStream(hub, topic, "cam", [0]);
    const gap = await stream.piece({ timeMs: startMs + 4.5 * hourMs });
    expect(sinceStart(gap.pictures)).toEqual([runMs - 40]);
    expect(gap).toMatchObject({ last: true, gap: { fromMs: lastOf(startMs), toMs: null } });
    expect(await stream.piece({ timeMs: Date.parse("2090-01-01T00:00:00Z") })).toMatchObject({ timeMs: lastOf(startMs), gap: null, last: true });
    expect(await findExtent(hub, topic, "cam", [0])).toMatchObject({ open: false, stretches: [{ startMs, endMs: lastOf(startMs) }] });
  });
});

test("a name that nobody has is looked for a little, and what viewers keep in memory stays", async () => {
  const topic = await topicOf(cameBack());
  await look(async (hub) => {
    await new RecordedStream(hub, topic, "cam", [0]).piece({ timeMs: startMs + 5000 });
    const { bytes } = hub.archive;
    const [begun, looks] = [hub.archive.counts.misses, hub.scout.looks];
    expect((await findExtent(hub, topic, "typo", [0])).stretches).toEqual([]);
    expect(await new RecordedStream(hub, topic, "typo", [0]).piece({ timeMs: startMs + hourMs })).toMatchObject({ pictures: [], timeMs: null });
    expect(hub.archive.counts.misses - begun).toBeLessThan(5);
    expect(hub.archive.bytes).toBeGreaterThanOrEqual(bytes);
    expect(hub.scout.looks - looks).toBeLessThan(200);
    // What was seen for one is known for the next.
    const before = hub.scout.looks;
    expect((await findExtent(hub, topic, "another", [0])).stretches).toEqual([]);
    expect(hub.scout.looks - before).toBeLessThan(20);
  });
});

test("who leaves is not looked for any more", async () => {
  const topic = await topicOf(cameBack());
  await look(async (hub) => {
    const leaving = new AbortController();
    const stream = new RecordedStream({ ...hub, archive: hub.archive.until(leaving.signal) }, topic, "typo", [0]);
    const asked = stream.piece({ timeMs: startMs + hourMs });
    // At its first look, of dozens: a look takes milliseconds.
    while (hub.scout.looks === 0) await Bun.sleep(0);
    leaving.abort(new Error("left"));
    expect(asked).rejects.toThrow("left");
    await asked.catch(() => {});
    const { looks } = hub.scout;
    expect(looks).toBeLessThan(20);
    await Bun.sleep(500);
    expect(hub.scout.looks).toBe(looks);
  });
});

test("a short run in the middle is found by its time, and the others from there", async () => {
  const middleMs = startMs + 2 * hourMs + 123_000;
  const topic = await topicOf([
    runOf("cam", "a", startMs, runPictures),
    others(count / 2, startMs + runMs, middleMs),
    runOf("cam", "m", middleMs, 25),
    others(count / 2, middleMs + 1000, startMs + 4 * hourMs),
    runOf("cam", "b", startMs + 4 * hourMs, runPictures),
  ]);
  await look(async (hub) => {
    const stream = new RecordedStream(hub, topic, "cam", [0]);
    const { pictures } = await stream.piece({ timeMs: middleMs + 480 });
    expect(pictures[0]).toMatchObject({ run: "m", timestampMs: middleMs + 480 });
    expect((await findExtent(hub, topic, "cam", [0])).stretches.map(({ run }) => run)).toEqual(["a", "m", "b"]);
    expect((await stream.piece({ timeMs: middleMs + hourMs })).gap).toEqual({ fromMs: middleMs + 960, toMs: startMs + 4 * hourMs });
  });
  // Who does not know of it finds it as well, a moment later: what nobody looked at is looked through while somebody asks.
  await look(async (hub) => {
    const runs = async () => (await findExtent(hub, topic, "cam", [0])).stretches.map(({ run }) => run).join();
    await eventually(async () => (await runs()) === "a,m,b", "the run in the middle", 30_000);
  });
});

test("where the log's begin was deleted, the first run begins with what is left", async () => {
  const topic = await topicOf(cameBack());
  await look(async (hub) => {
    await findExtent(hub, topic, "cam", [0]);
    await ktOk(["topic", "empty", topic, "--before", "100", "--yes"]);
    expect((await findExtent(hub, topic, "cam", [0])).stretches.map((stretch) => stretch.startMs)).toEqual([startMs + 4000, startMs + 4 * hourMs]);
    await ktOk(["topic", "empty", topic, "--before", String(runPictures + 100), "--yes"]);
    expect((await findExtent(hub, topic, "cam", [0])).stretches.map((stretch) => stretch.startMs)).toEqual([startMs + 4 * hourMs]);
    expect((await new RecordedStream(hub, topic, "cam", [0]).piece({ timeMs: startMs + hourMs })).gap).toEqual({ fromMs: null, toMs: startMs + 4 * hourMs });
  });
});

test("times of the broker, and times that go back from one stream to the next, are found as well", async () => {
  const byBroker = await topicOf(cameBack(), { settings: { "message.timestamp.type": "LogAppendTime" } });
  await look(async (hub) => {
    const { stretches } = await findExtent(hub, byBroker, "cam", [0]);
    expect(stretches.map(({ run }) => run)).toEqual(["a", "b"]);
    const [a, b] = stretches;
    if (!a || !b) throw new Error("there are no two runs");
    const { pictures } = await new RecordedStream(hub, byBroker, "cam", [0]).piece({ timeMs: b.startMs - 1 });
    expect(pictures.map(({ run }) => run)[0]).toBe("a");
  });
  // One whose clock is years ahead stands before everything else in Kafka's index of times.
  const ahead = { ...runOf("clock", "z", Date.parse("2080-01-01T00:00:00Z"), 1)[0] } as TestRecord;
  const topic = await topicOf([[ahead], ...cameBack()], { settings: { "message.timestamp.after.max.ms": "9223372036854775807" } });
  await look(async (hub) => {
    const piece = await new RecordedStream(hub, topic, "cam", [0]).piece({ timeMs: startMs + hourMs });
    expect(piece.gap).toEqual({ fromMs: lastOf(startMs), toMs: startMs + 4 * hourMs });
    const { pictures } = await new RecordedStream(hub, topic, "cam", [0]).piece({ timeMs: startMs + 4 * hourMs + 4000 });
    expect(sinceStart(pictures)[0]).toBe(4 * hourMs + 4000);
  });
});

test("offsets without records are passed over", async () => {
  const topic = await topicOf([runOf("cam", "a", startMs, runPictures), others(count, startMs + runMs, startMs + 4 * hourMs)]);
  // Its marker is at the end of the log, and then next to the run's first picture.
  await ktOk(["produce", topic, "--transaction", "-k", "note", "one"]);
  await look(async (hub) => {
    expect((await findExtent(hub, topic, "cam", [0])).stretches).toMatchObject([{ run: "a", endMs: lastOf(startMs) }]);
  });
  await write(topic, runOf("cam", "b", startMs + 4 * hourMs, runPictures));
  await look(async (hub) => {
    const { stretches } = await findExtent(hub, topic, "cam", [0]);
    expect(stretches.map(({ run, endMs }) => [run, endMs])).toEqual([
      ["a", lastOf(startMs)],
      ["b", lastOf(startMs + 4 * hourMs)],
    ]);
  });
});

test("what comes after a transaction that is open is not waited for, and is there once it has ended", async () => {
  const topic = await topicOf([runOf("cam", "a", startMs, runPictures), others(count, startMs + runMs, startMs + 4 * hourMs)]);
  const transaction = startKt(["produce", topic, "--transaction"], { stdin: "pipe" });
  try {
    for (let i = 0; i < 2000; i++) transaction.write(`line ${i}\n`);
    await eventually(async () => ((await admin.watermarks([{ topic, partition: 0 }]))[0]?.high ?? 0) > count + runPictures, "the transaction's first record");
    await write(topic, runOf("cam", "b", startMs + 4 * hourMs, runPictures));
    await look(async (hub) => {
      expect((await findExtent(hub, topic, "cam", [0])).stretches.map(({ run }) => run)).toEqual(["a"]);
      await transaction.stop();
      expect((await findExtent(hub, topic, "cam", [0])).stretches.map(({ run }) => run)).toEqual(["a", "b"]);
    });
  } finally {
    await transaction[Symbol.asyncDispose]();
  }
});

test("pictures that are rare have no gaps between them, and none is passed over", async () => {
  const everyMs = 10_000;
  // Each among thousands of others' records.
  const shown = Array.from({ length: 60 }, (_, i) => startMs + i * everyMs);
  const topic = await topicOf(shown.flatMap((timeMs) => [runOf("slides", "", timeMs, 1), others(3000, timeMs, timeMs + everyMs)]));
  await look(async (hub) => {
    const stream = new RecordedStream(hub, topic, "slides", [0]);
    const piece = await stream.piece({ timeMs: startMs + 300_500 });
    expect(sinceStart(piece.pictures)).toEqual(Array.from({ length: 9 }, (_, i) => 300_000 + i * everyMs));
    expect(piece).toMatchObject({ timeMs: startMs + 300_500, gap: null });
    const [first] = piece.pictures;
    if (!first) throw new Error("there is no picture");
    expect(sinceStart((await stream.piece({ before: first })).pictures)).toEqual(Array.from({ length: 30 }, (_, i) => i * everyMs));
    expect(await findExtent(hub, topic, "slides", [0])).toMatchObject({ gapMs: 4 * everyMs, stretches: [{ startMs, endMs: shown.at(-1) }] });
  });
});

/** Always the same ones, below 1. */
function* chances(): Generator<number, never> {
  for (let state = 1; ; ) {
    state = (state * 48_271) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}

test("of a log of any shape, both ways give each of a stream's pictures, from any place", async () => {
  const chance = chances();
  const upTo = (most: number) => Math.floor(chance.next().value * most);
  const records: TestRecord[] = [];
  for (let timeMs = startMs; records.length < 8000; timeMs += upTo(60_000)) {
    // A burst of some streams, each at its pace, or of others alone.
    const streams = Array.from({ length: upTo(4) }, () => ({ key: `cam ${upTo(5)}`, every: 1 + upTo(9), run: String(upTo(3)) }));
    for (let i = upTo(400); i > 0; i--, timeMs += 10) {
      const stream = streams.find(({ every }) => i % every === 0);
      const [picture] = stream ? runOf(stream.key, stream.run, timeMs, 1) : others(1, timeMs, timeMs);
      records.push(picture as TestRecord);
    }
  }
  const topic = await topicOf([records]);
  await look(async (hub) => {
    for (let i = 0; i < 60; i++) {
      const key = `cam ${upTo(5)}`;
      const from = upTo(records.length);
      const log = new StreamLog(hub.archive, hub.scout, key);
      const own = records.flatMap((record, offset) => (record.key?.toString() === key ? [offset] : []));
      const forward = (await Array.fromAsync(log.forward(topic, 0, from))).map(({ offset }) => offset);
      expect([key, from, forward]).toEqual([key, from, own.filter((offset) => offset >= from)]);
      const backward = (await Array.fromAsync(log.backward(topic, 0, from))).map(({ offset }) => offset);
      expect([key, from, backward]).toEqual([key, from, own.filter((offset) => offset < from).reverse()]);
      if (i % 10 === 9) hub.scout.forget(topic);
    }
  });
});
