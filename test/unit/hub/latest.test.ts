import { expect, test } from "bun:test";
import { byField, byRecordKey, LatestByKey } from "../../../src/hub/data/latest.ts";
import type { KafkaRecord } from "../../../src/record.ts";
import { batchOfRecords } from "../batches.ts";
import { record } from "../records.ts";

const of = (offset: number, key: string | null, value: string | null, partition = 0) =>
  record({ offset, partition, key: key === null ? null : Buffer.from(key), value: value === null ? null : Buffer.from(value), timestampMs: offset });
function take(latest: LatestByKey, ...records: KafkaRecord[]): void {
  const batch = batchOfRecords(...records);
  for (const { from, to } of batch.runs()) latest.take(batch, from, to);
}
const values = (records: KafkaRecord[]) => records.map(({ value }) => value && Buffer.from(value).toString());

test("each key's last record, and later only what changed", () => {
  const latest = new LatestByKey(byRecordKey);
  take(latest, of(0, "a", "1"), of(1, "b", "2"), of(2, null, "no key"), of(3, "a", "3"));
  const first = latest.since(0);
  expect(values(first.records)).toEqual(["2", "3"]);
  take(latest, of(4, "b", "4"));
  expect(values(latest.since(first.version).records)).toEqual(["4"]);
});

test("a tombstone is news to who had the row, and nothing to who comes later", () => {
  const latest = new LatestByKey(byRecordKey);
  take(latest, of(0, "a", "1"));
  const { version } = latest.since(0);
  take(latest, of(1, "a", null));
  expect(values(latest.since(version).records)).toEqual([null]);
  expect(latest.since(0).records).toEqual([]);
});

test("what the log held does not undo what came meanwhile", () => {
  const latest = new LatestByKey(byRecordKey);
  take(latest, of(9, "a", "new"));
  take(latest, of(3, "a", "old"), of(4, "b", "old"));
  expect(values(latest.since(0).records).sort()).toEqual(["new", "old"]);
});

test("of too many keys those that changed last stay, and the others are counted", () => {
  const latest = new LatestByKey(byRecordKey);
  for (let i = 0; i < 1500; i++) take(latest, of(i, `k${i}`, String(i)));
  expect(latest.since(0).records).toHaveLength(1000);
  expect(values(latest.since(0).records)[0]).toBe("500");
  expect(latest.forgotten).toBe(500);
});

test("without keys the rows are the values of a field", () => {
  const latest = new LatestByKey(byField(["host", "name"]));
  const line = (offset: number, name: string, cpu: number) => of(offset, null, JSON.stringify({ host: { name }, cpu }), offset % 2);
  take(latest, line(0, "web", 1), line(1, "db", 2), of(2, null, "no JSON"), of(3, null, "{}"), line(4, "web", 3), line(7, "web", 4));
  expect(values(latest.since(0).records)).toEqual(['{"host":{"name":"db"},"cpu":2}', '{"host":{"name":"web"},"cpu":4}']);
});
