import { describe, expect, test } from "bun:test";
import { TopicFeed } from "../../../src/hub/feed.ts";
import type { Picture } from "../../../src/hub/picture.ts";
import type { KafkaRecord } from "../../../src/record.ts";
import { h264Delta, h264Key, headers, jpeg, png, record } from "../records.ts";

const frame = (key: string, last: number, offset = last) => record({ key: Buffer.from(key), value: jpeg(last), offset });
const end = (key: string, offset: number) =>
  record({ key: Buffer.from(key), value: Buffer.alloc(0), offset, headers: headers({ "kt-run": "1", "kt-end": "1" }) });
const line = (offset: number, value: Uint8Array = Buffer.from(`line ${offset}`)) => record({ offset, value });

function feedOf(...records: KafkaRecord[]): TopicFeed {
  const feed = new TopicFeed("t");
  for (const one of records) feed.take(one, true);
  return feed;
}

describe("pictures", () => {
  test("are the newest of each stream", () => {
    const feed = feedOf(frame("door", 1), frame("yard", 2), frame("door", 3));
    expect(Object.fromEntries([...feed.streams].map(([key, { newest }]) => [key, newest?.data]))).toEqual({ door: jpeg(3), yard: jpeg(2) });
    expect(feed.records).toEqual([]);
  });

  test("without key and headers are a stream as well", () => {
    const feed = feedOf(record({ value: png(1) }));
    expect(feed.streams.get("")?.newest).toMatchObject({ type: "image/png", data: png(1) });
  });

  test("are told to each listener, and no longer to one that left", () => {
    const feed = new TopicFeed("t");
    const seen: string[] = [];
    const note = (who: string) => ({
      onPicture: ({ key, data }: Picture) => void seen.push(`${who}: ${key} ${data.at(-1)}`),
      onRecord: () => void seen.push(who),
    });
    const [ann, bob] = [note("ann"), note("bob")];
    feed.listeners.add(ann).add(bob);
    feed.take(frame("door", 1), true);
    feed.listeners.delete(bob);
    feed.take(frame("door", 2), true);
    expect(seen).toEqual(["ann: door 1", "bob: door 1", "ann: door 2"]);
  });
});

describe("H.264", () => {
  const h264 = (key: string, offset: number, value: Uint8Array) =>
    record({ key: Buffer.from(key), value, offset, headers: headers({ "content-type": "video/h264" }) });
  const offsets = (feed: TopicFeed, key: string) => feed.streams.get(key)?.kept.map(({ offset }) => offset);

  test("is kept since the last key frame, each stream by itself", () => {
    const feed = feedOf(h264("a", 0, h264Key()), h264("a", 1, h264Delta()), h264("b", 2, h264Key()), h264("a", 3, h264Key()), h264("a", 4, h264Delta()));
    expect(offsets(feed, "a")).toEqual([3, 4]);
    expect(offsets(feed, "b")).toEqual([2]);
  });

  test("that begins in the middle of a GOP is told once, and whole when the beginning was found", () => {
    const orphans: Picture[] = [];
    const feed = new TopicFeed("t", (orphan) => void orphans.push(orphan));
    feed.take(h264("a", 5, h264Delta()), true);
    feed.take(h264("a", 6, h264Delta()), true);
    expect(orphans.map(({ offset }) => offset)).toEqual([5]);
    expect(feed.streams.get("a")?.decodable).toBe(false);
    let told = 0;
    feed.listeners.add({ onPicture: () => void told++ });
    const before = feedOf(h264("a", 3, h264Key()), h264("a", 4, h264Delta())).streams.get("a")?.kept ?? [];
    feed.complete(before, orphans[0] as Picture);
    expect(offsets(feed, "a")).toEqual([3, 4, 5, 6]);
    expect(feed.streams.get("a")?.decodable).toBe(true);
    expect(told).toBe(1);
  });

  test("of many large streams is forgotten where nothing came for longest", () => {
    const feed = new TopicFeed("t");
    const large = Buffer.concat([h264Key(), Buffer.alloc(15 << 20)]);
    for (let i = 0; i < 20; i++) feed.take(h264(`cam${i}`, i, large), true);
    expect([feed.streams.has("cam0"), feed.streams.has("cam19"), feed.streams.size]).toEqual([false, true, 17]);
  });
});

test("what was there when the topic was opened has been read when each partition was, or its end was met", async () => {
  const feed = new TopicFeed("t");
  for (const partition of [0, 1, 2]) feed.expect(partition, 8);
  let atEnd = false;
  void feed.atEnd.then(() => {
    atEnd = true;
  });
  feed.take(record({ partition: 0, offset: 7, value: jpeg() }), true);
  feed.take(record({ partition: 1, offset: 6, value: jpeg() }), true);
  feed.reached(2, 8);
  await Bun.sleep(0);
  expect(atEnd).toBe(false);
  feed.reached(1, Number.POSITIVE_INFINITY); // its last record was removed
  await Bun.sleep(0);
  expect(atEnd).toBe(true);
});

describe("the end of a stream", () => {
  test("is told to who watches", () => {
    const feed = feedOf(frame("door", 1));
    const seen: Picture[] = [];
    feed.listeners.add({ onPicture: (picture) => void seen.push(picture) });
    feed.take(end("door", 2), true);
    expect(seen).toMatchObject([{ key: "door", end: true, offset: 2 }]);
  });

  test("leaves the stream's last picture to who comes later", () => {
    const feed = feedOf(frame("door", 1), end("door", 2));
    expect(feed.streams.get("door")?.newest).toMatchObject({ end: false, data: jpeg(1) });
    expect(feed.streams.get("door")?.end).toMatchObject({ end: true, offset: 2 });
  });

  test("is over when the stream begins again", () => {
    const feed = feedOf(frame("door", 1), end("door", 2), frame("door", 3));
    expect(feed.streams.get("door")?.newest).toMatchObject({ end: false, data: jpeg(3) });
    expect(feed.streams.get("door")?.end).toBeUndefined();
  });
});

describe("records that are no pictures", () => {
  test("are the last ones, oldest first", () => {
    const feed = feedOf(...Array.from({ length: 250 }, (_, offset) => line(offset)));
    expect(feed.records).toHaveLength(200);
    expect(feed.records[0]?.offset).toBe(50);
    expect(feed.records.at(-1)?.offset).toBe(249);
  });

  test("are fewer where they are large", () => {
    const feed = feedOf(...Array.from({ length: 20 }, (_, offset) => line(offset, Buffer.alloc(1 << 20, "x"))));
    expect(feed.records.map(({ offset }) => offset)).toEqual([16, 17, 18, 19]);
  });

  test("are at least one, however large, and small ones find room again after it", () => {
    const feed = feedOf(line(0), line(1, Buffer.alloc(10 << 20, "x")));
    expect(feed.records.map(({ offset }) => offset)).toEqual([1]);
    for (let offset = 2; offset < 150; offset++) feed.take(line(offset), true);
    expect(feed.records).toHaveLength(148);
  });

  test("are bounded by all of their bytes, headers too", () => {
    const large = [{ name: "h", value: Buffer.alloc(1 << 20) }];
    const feed = feedOf(...Array.from({ length: 20 }, (_, offset) => record({ offset, headers: large })));
    expect(feed.records.length).toBeLessThan(10);
  });

  test("are told to listeners", () => {
    const feed = new TopicFeed("t");
    const seen: KafkaRecord[] = [];
    feed.listeners.add({ onRecord: (one) => void seen.push(one) });
    feed.take(line(4), true);
    expect(seen).toMatchObject([{ offset: 4, value: Buffer.from("line 4") }]);
  });
});

test("where each partition is read next is known", () => {
  const feed = feedOf(record({ partition: 0, offset: 41 }), record({ partition: 1, offset: 7 }), record({ partition: 0, offset: 42 }));
  expect(Object.fromEntries(feed.positions)).toEqual({ 0: 43, 1: 8 });
});

test("what is kept does not change when the batch's memory is used again", () => {
  const feed = new TopicFeed("t");
  const batch = Buffer.concat([Buffer.from("keyvalhdr"), jpeg(1)]);
  feed.take(record({ key: batch.subarray(0, 3), value: batch.subarray(3, 6), headers: [{ name: "h", value: batch.subarray(6, 9) }] }), false);
  feed.take(record({ key: batch.subarray(0, 3), value: batch.subarray(9) }), false);
  batch.fill(0);
  const [kept] = feed.records;
  expect([kept?.key, kept?.value, kept?.headers[0]?.value].map((bytes) => Buffer.from(bytes ?? []).toString())).toEqual(["key", "val", "hdr"]);
  const newest = feed.streams.get("key")?.newest?.data ?? new Uint8Array();
  expect(Buffer.from(newest)).toEqual(jpeg(1));
  // A view of a few bytes would keep a batch of megabytes in memory.
  expect(newest.buffer).not.toBe(batch.buffer);
});
