import { expect, test } from "bun:test";
import { Samples } from "../../../src/hub/topics/samples.ts";
import { batchOf } from "../batches.ts";

const endOfPartition = -191;
const value = Buffer.from("12");

test("the word that a partition ends may come with its last records, before them or after them", () => {
  const entries = [
    { offset: 7, value },
    { offset: 8, value },
  ];
  for (const batch of [batchOf({ error: endOfPartition, offset: 9 }, ...entries), batchOf(...entries, { error: endOfPartition, offset: 9 })]) {
    const samples = new Samples([{ topic: "scores", partition: 0, from: 7, to: 20 }]);
    samples.take(batch);
    expect(samples.byTopic.get("scores")?.count).toBe(2);
    expect(samples.complete).toBe(true);
  }
});

test("what has not been read is told, topic by topic", () => {
  const samples = new Samples([
    { topic: "scores", partition: 0, from: 0, to: 2 },
    { topic: "scores", partition: 1, from: 0, to: 1 },
    { topic: "cameras", partition: 0, from: 0, to: 1 },
  ]);
  expect([...samples.incomplete]).toEqual(["scores", "cameras"]);
  samples.take(batchOf({ offset: 0, value }, { offset: 1, value }, { topic: 1, offset: 0, value }));
  expect([...samples.incomplete]).toEqual(["scores"]);
  expect(samples.complete).toBe(false);
  samples.take(batchOf({ partition: 1, offset: 0, value }));
  expect(samples.complete).toBe(true);
  expect(samples.byTopic.get("scores")?.count).toBe(3);
});

test("records that the client left out are read, and are the topic's trouble", () => {
  const samples = new Samples([{ topic: "scores", partition: 0, from: 4, to: 10 }]);
  samples.take(batchOf({ offset: 4, value }, { error: 10, offset: 5, value: Buffer.from("Offsets 5 to 9, 0 bytes: Broker: Message size too large") }));
  expect(samples.complete).toBe(true);
  expect(samples.byTopic.get("scores")?.count).toBe(1);
  expect(samples.trouble.get("scores")).toStartWith("The records at offsets 5 to 9 of partition 0 of 'scores' take more than 32 MB");
});

test("a stretch ends early with enough records, before a hole, and says up to where it was read", () => {
  const enough = { records: 2, bytes: 3 };
  const samples = new Samples([
    { topic: "scores", partition: 0, from: 0, to: 100, enough },
    { topic: "scores", partition: 1, from: 0, to: 100 },
  ]);
  samples.take(batchOf({ offset: 0, value }, { offset: 1, value }, { offset: 2, value }, { partition: 1, offset: 4, value: null }));
  expect(samples.looked).toMatchObject([
    { readTo: 2, done: true, records: 2, values: 2, bytes: 4 },
    { readTo: 5, done: false, records: 1, values: 0, bytes: 0 },
  ]);
  samples.take(batchOf({ partition: 1, offset: 120, value }));
  expect(samples.looked).toMatchObject([{ readTo: 2 }, { readTo: 100, done: true, records: 1 }]);
  expect(samples.byTopic.get("scores")?.count).toBe(3);
});

test("of a stream its newest record is told, whichever was looked at first", () => {
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0]);
  const key = Buffer.from("door");
  const samples = new Samples([{ topic: "scores", partition: 0, from: 90, to: 100 }]);
  samples.take(batchOf({ offset: 99, key, value: jpeg, timestampMs: 5 }));
  samples.open([{ topic: "scores", partition: 0, from: 10, to: 20 }]);
  samples.take(batchOf({ offset: 19, key, value: jpeg, timestampMs: 9 }));
  expect(samples.byTopic.get("scores")?.streams([])).toMatchObject([{ key: "door", last: { partition: 0, offset: 99, timestampMs: 5 } }]);
});
