import { expect, test } from "bun:test";
import { SeenDetections } from "../../../src/hub/topics/seen-detections.ts";
import type { KafkaRecord } from "../../../src/record.ts";

const record = (key: string | null, value: string, headers: KafkaRecord["headers"] = []): KafkaRecord => ({
  topic: "seen",
  partition: 0,
  offset: 0,
  timestampMs: 0,
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from(value),
  headers,
});
const box = '{"objects":[{"box":[0,0,1,1]}]}';

test("a topic is known by the keys of its detections and the topics that they name, and by what was seen before", () => {
  const seen = new SeenDetections();
  seen.add(record("door", box));
  seen.add(record(null, box, [{ name: "kt-topic", value: Buffer.from("video") }]));
  seen.add(record("other", '{"home":1}'));
  // Nothing was seen in it, and other things have objects too.
  seen.add(record("empty", '{"objects":[]}'));
  expect(seen.with({ keys: ["yard"], named: [], given: ["x"] })).toEqual({ keys: ["", "door", "yard"], named: ["video"], given: ["x"] });
});

test("a topic of other JSON is none, and is not read on and on", () => {
  const seen = new SeenDetections();
  for (let i = 0; i < 20; i++) seen.add(record(`row ${i}`, '{"home":1}'));
  seen.add(record("late", box));
  expect(seen.with(undefined)).toBeUndefined();
});
