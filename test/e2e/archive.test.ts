/** The log as rewinding viewers read it: chunks in one bounded cache, pieces of a stream, its runs and gaps. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Archive } from "../../src/hub/log/archive.ts";
import { findExtent } from "../../src/hub/log/extent.ts";
import { RecordedStream } from "../../src/hub/log/recorded.ts";
import { Scout } from "../../src/hub/scout/scout.ts";
import { type Admin, openAdmin } from "../../src/kafka/admin/admin.ts";
import { openProducer } from "../../src/kafka/produce/producer.ts";
import type { OutgoingRecord } from "../../src/record.ts";
import { brokers, uniqueName } from "./support/kt.ts";

const config = { brokers, properties: {}, debug: false };
const jpeg = (size: number) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(size - 4, 1)]);
let admin: Admin;

beforeAll(async () => {
  admin = await openAdmin(config);
});
afterAll(() => admin.close());

async function topicOf(records: Omit<OutgoingRecord, "topic">[], partitions = 1): Promise<string> {
  const topic = uniqueName("archive");
  await admin.changes.create({ name: topic, partitions, replicationFactor: 1, config: {} });
  const producer = await openProducer(config, { lingerMs: 5, topic });
  for (const record of records) producer.add({ topic, ...record });
  await producer.submit();
  if (!(await producer.flush(20_000)) || producer.failed > 0) throw new Error("the test's records were not delivered");
  await producer.close();
  return topic;
}

/** Frames of a stream, `everyMs` apart, as a run of kt emit-video leaves them; `gop` frames from key frame to key frame. */
function frames(run: string, count: number, startMs: number, { key = "cam", everyMs = 40, gop = 1, partition = 0 } = {}): Omit<OutgoingRecord, "topic">[] {
  return Array.from({ length: count }, (_, i) => ({
    partition,
    key: Buffer.from(key),
    timestampMs: startMs + i * everyMs,
    value: gop === 1 ? jpeg(2000) : Buffer.from([0, 0, 0, 1, i % gop === 0 ? 0x65 : 0x41, i & 0xff, i >> 8]),
    headers: Object.entries({ "content-type": gop === 1 ? "image/jpeg" : "video/h264", "kt-run": run, "kt-key": i % gop === 0 ? "1" : "0" }).map(
      ([name, value]) => ({ name, value: Buffer.from(value) }),
    ),
  }));
}

describe("the archive", () => {
  test("gives every record of the log from any place, forwards and backwards, to many at once, within its memory", async () => {
    const count = 3000;
    const topic = await topicOf(Array.from({ length: count }, (_, i) => ({ partition: 0, value: Buffer.alloc(3000, i & 0xff) })));
    const mostBytes = 3 << 20;
    const archive = new Archive(config, { mostBytes, mostReaders: 3 });
    try {
      const readers = Array.from({ length: 20 }, async (_, reader) => {
        const from = (reader * 149) % count;
        let at = from;
        for await (const { offset, value } of archive.forward(topic, 0, from)) {
          expect(offset).toBe(at++);
          expect(value?.[1]).toBe(offset & 0xff);
          if (at - from >= 700) break;
        }
        expect(at).toBe(Math.min(count, from + 700));
        let back = at;
        for await (const { offset } of archive.backward(topic, 0, at)) expect(offset).toBe(--back);
        expect(back).toBe(0);
      });
      await Promise.all(readers);
      expect(archive.bytes).toBeLessThanOrEqual(mostBytes);
      expect(archive.counts.hits).toBeGreaterThan(0);
    } finally {
      await archive.close();
    }
  });

  test("notices records that came after the end was read", async () => {
    const topic = await topicOf([{ partition: 0, value: Buffer.from("first") }]);
    const archive = new Archive(config);
    const producer = await openProducer(config, { lingerMs: 0, topic });
    try {
      const texts = async () => (await Array.fromAsync(archive.forward(topic, 0, 0))).map(({ value }) => Buffer.from(value ?? []).toString());
      expect(await texts()).toEqual(["first"]);
      for (const text of ["second", "third"]) {
        producer.add({ topic, partition: 0, value: Buffer.from(text) });
        await producer.submit();
        await producer.flush(5000);
      }
      expect(await texts()).toEqual(["first", "second", "third"]);
    } finally {
      await producer.close();
      await archive.close();
    }
  });
});

describe("a recorded stream", () => {
  const startMs = Date.parse("2026-01-31T12:00:00Z");
  const times = (pictures: { timestampMs: number }[]) => pictures.map(({ timestampMs }) => timestampMs - startMs);

  test("is given in pieces that can be decoded, from a time, and on from there both ways", async () => {
    const other = frames("b", 100, startMs + 5, { key: "other" });
    const mixed = frames("a", 100, startMs, { gop: 10 }).flatMap((frame, i) => [frame, other[i] as (typeof other)[number]]);
    const archive = new Archive(config);
    const scout = new Scout(config, admin);
    try {
      const stream = new RecordedStream({ archive, admin, scout }, await topicOf(mixed), "cam", [0]);
      const piece = await stream.piece({ timeMs: startMs + 25 * 40 + 7 });
      expect(times(piece.pictures).slice(0, 6)).toEqual([800, 840, 880, 920, 960, 1000]);
      expect(piece.pictures.map(({ keyFrame }) => keyFrame).indexOf(true)).toBe(0);
      const [first] = piece.pictures;
      const last = piece.pictures.at(-1);
      if (!first || !last) throw new Error("there is no picture");
      const before = await stream.piece({ before: first });
      expect(times(before.pictures)).toEqual([400, 440, 480, 520, 560, 600, 640, 680, 720, 760]);
      const after = await stream.piece({ after: last });
      expect(times(after.pictures)[0]).toBe(last.timestampMs - startMs + 40);
      expect(after.pictures.every(({ key }) => key === "cam")).toBe(true);
      const fast = await stream.piece({ after: first }, 1000);
      expect(times(fast.pictures)).toEqual([2000, 3200]);
      expect(fast.last).toBe(true);
      const early = await stream.piece({ timeMs: startMs - 60_000 });
      expect(times(early.pictures)).toEqual([0]);
      expect(early.first).toBe(true);
    } finally {
      await Promise.all([archive.close(), scout.close()]);
    }
  });

  test("that lies in several partitions comes in the order of its times", async () => {
    const spread = frames("", 60, startMs).map((frame, i) => ({ ...frame, key: null, partition: i % 3 }));
    const archive = new Archive(config);
    const scout = new Scout(config, admin);
    try {
      const stream = new RecordedStream({ archive, admin, scout }, await topicOf(spread, 3), "", [0, 1, 2]);
      const piece = await stream.piece({ timeMs: startMs + 1000 });
      const last = piece.pictures.at(-1);
      if (!last) throw new Error("there is no picture");
      const after = await stream.piece({ after: last });
      expect(times([...piece.pictures, ...after.pictures])).toEqual(Array.from({ length: 35 }, (_, i) => 1000 + i * 40));
      const before = await stream.piece({ before: last });
      expect(times(before.pictures)).toEqual(Array.from({ length: (last.timestampMs - startMs) / 40 }, (_, i) => i * 40));
    } finally {
      await Promise.all([archive.close(), scout.close()]);
    }
  });

  test("is known by its runs and gaps without being read whole", async () => {
    const second = startMs + 600_000;
    const topic = await topicOf([
      ...frames("a", 4000, startMs, { gop: 25 }),
      ...frames("a", 500, startMs + 300_000, { gop: 25 }),
      ...frames("b", 3000, second, { gop: 25 }),
      ...frames("x", 1000, second, { key: "other" }),
    ]);
    const archive = new Archive(config);
    const scout = new Scout(config, admin);
    const hub = { archive, admin, scout };
    try {
      const [watermarks] = await admin.watermarks([{ topic, partition: 0 }]);
      expect(watermarks?.high).toBe(8500);
      const extent = await findExtent(hub, topic, "cam", [0]);
      expect(extent).toMatchObject({ gapMs: 2000, open: false });
      expect(extent.stretches).toEqual([
        { startMs, endMs: startMs + 3999 * 40, run: "a" },
        { startMs: startMs + 300_000, endMs: startMs + 300_000 + 499 * 40, run: "a" },
        { startMs: second, endMs: second + 2999 * 40, run: "b" },
      ]);
      expect((await findExtent(hub, topic, "nobody", [0])).stretches).toEqual([]);
    } finally {
      await Promise.all([archive.close(), scout.close()]);
    }
  });
});
