import { expect, test } from "bun:test";
import { hashOfRun, nameOf, namesOf } from "../../../src/format/detections/frame-name.ts";
import { detectedIn } from "../../../src/hub/detections/detected.ts";
import type { KafkaRecord } from "../../../src/record.ts";

const frame = { partition: 2, offset: 77, timestampMs: 1_700_000_000_123, runHash: hashOfRun("5112fe07"), sequence: 9 };

function record(headers: Record<string, string>, value = '{"objects":[{"box":[0,0,1,1]}]}'): KafkaRecord {
  return {
    topic: "seen",
    partition: 0,
    offset: 5,
    timestampMs: frame.timestampMs,
    key: Buffer.from("a"),
    value: Buffer.from(value),
    headers: Object.entries(headers).map(([name, text]) => ({ name, value: Buffer.from(text) })),
  };
}

test.each([
  ["its run and number", { "kt-run": "5112fe07", "kt-seq": "9" }, true],
  ["another number", { "kt-run": "5112fe07", "kt-seq": "8" }, false],
  ["another run", { "kt-run": "5112fe08", "kt-seq": "9" }, false],
  ["its offset", { "kt-offset": "77" }, true],
  ["its offset and partition", { "kt-offset": "77", "kt-partition": "2" }, true],
  ["its offset in another partition", { "kt-offset": "77", "kt-partition": "1" }, false],
  ["its time", {}, true],
  ["its time, as a number without its run says nothing", { "kt-seq": "x" }, true],
])("a picture is found by %s", (_, headers, found) => {
  const name = detectedIn(record(headers as Record<string, string>))?.name ?? "";
  expect(namesOf(frame).includes(name)).toBe(found);
});

test("a time in the value is the picture's", () => {
  const value = JSON.stringify({ "@timestamp": "2026-01-31T12:00:00.500Z", sensorId: "a", objects: ["1|2|3|4|5|car"] });
  expect(detectedIn(record({}, value))?.name).toBe(nameOf({ timestampMs: Date.parse("2026-01-31T12:00:00.500Z") }));
});

test("a picture without a number has no name by it", () => {
  expect(namesOf({ ...frame, sequence: null, runHash: 0 })).toEqual(["2/77", "/77", "@1700000000123"]);
});
