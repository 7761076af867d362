import { describe, expect, test } from "bun:test";
import { TopicFeed } from "../../../src/hub/live/feed.ts";
import type { Picture } from "../../../src/hub/picture.ts";
import type { KafkaRecord } from "../../../src/record.ts";
import { batchOfRecords } from "../batches.ts";
import { h264Delta, h264Key, headers, jpeg, png, record } from "../records.ts";

const frame = (key: string, last: number, offset = last) => record({ key: Buffer.from(key), value: jpeg(last), offset });
const end = (key: string, offset: number) =>
  record({ key: Buffer.from(key), value: Buffer.alloc(0), offset, headers: headers({ "kt-run": "1", "kt-end": "1" }) });
const line = (offset: number, value: Uint8Array = Buffer.from(`line ${offset}`)) => record({ offset, value });

function feedOf(...records: KafkaRecord[]): TopicFeed {
  const feed = new TopicFeed("t");
  take(feed, ...records);
  return feed;
}

/** As they come out of Kafka: together. */
function take(feed: TopicFeed, ...records: KafkaRecord[]): void {
  const batch = batchOfRecords(...records);
  for (const run of batch.runs()) feed.take(batch, run);
}

describe("pictures", () => {
  test("are the newest of each stream", () => {
    const feed = feedOf(frame("door", 1), frame("yard", 2), frame("door", 3));
    expect(Object.fromEntries([...feed.streams].map(([key, { newest }]) => [key, newest?.data]))).toEqual({ door: jpeg(3), yard: jpeg(2) });
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
      onRecords: () => void seen.push(who),
    });
    const [ann, bob] = [note("ann"), note("bob")];
    feed.listeners.add(ann).add(bob);
    take(feed, frame("door", 1));
    feed.listeners.delete(bob);
    take(feed, frame("door", 2));
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
    take(feed, h264("a", 5, h264Delta()));
    take(feed, h264("a", 6, h264Delta()));
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
    for (let i = 0; i < 20; i++) take(feed, h264(`cam${i}`, i, large));
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
  take(feed, record({ partition: 0, offset: 7, value: jpeg() }));
  take(feed, record({ partition: 1, offset: 6, value: jpeg() }));
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
    take(feed, end("door", 2));
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
  const told = (...records: KafkaRecord[]) => {
    const feed = new TopicFeed("t");
    const runs: number[][] = [];
    feed.listeners.add({ onRecords: (batch, from, to) => void runs.push(Array.from({ length: to - from }, (_, i) => batch.offset(from + i))) });
    take(feed, ...records);
    return runs;
  };

  test("are told to listeners together", () => {
    expect(told(line(4), line(5), line(6))).toEqual([[4, 5, 6]]);
  });

  test("are told apart from pictures, whatever stands between them", () => {
    const json = record({ offset: 3, value: Buffer.from("{}"), headers: headers({ "content-type": "application/json" }) });
    expect(told(frame("a", 1), line(2), json, frame("b", 4), frame("a", 5), line(6))).toEqual([[2, 3], [6]]);
  });

  test("may have no value", () => {
    expect(told(record({ offset: 1, key: Buffer.from("gone") }))).toEqual([[1]]);
  });
});

test("where each partition is read next is known", () => {
  const feed = feedOf(record({ partition: 0, offset: 41 }), record({ partition: 1, offset: 7 }), record({ partition: 0, offset: 42 }));
  expect(Object.fromEntries(feed.positions)).toEqual({ 0: 43, 1: 8 });
});

test("a picture that is kept does not hold its batch in memory", () => {
  const feed = feedOf(frame("key", 1), line(2));
  const newest = feed.streams.get("key")?.newest?.data ?? new Uint8Array();
  expect(Buffer.from(newest)).toEqual(jpeg(1));
  expect(newest.buffer.byteLength).toBe(jpeg().length);
});
