import { expect, test } from "bun:test";
import { Samples } from "../../../src/hub/samples.ts";
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
