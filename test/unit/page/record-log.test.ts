import { expect, test } from "bun:test";
import { toPanelRecord } from "../../../src/http/socket/panel-record.ts";
import { keptRecords, RecordLog } from "../../../src/page/data/record-log.ts";
import { record } from "../records.ts";

const envelopes = (from: number, to: number, timestampMs = 1) =>
  Array.from({ length: to - from }, (_, i) => toPanelRecord(record({ offset: from + i, timestampMs })));
const offsets = (log: RecordLog) => log.records.map(({ offset }) => offset);

test("the last records stay, oldest first", () => {
  const log = new RecordLog();
  log.add(envelopes(0, keptRecords + 10), 0);
  log.add(envelopes(keptRecords + 10, keptRecords + 20), 0);
  expect(log.records).toHaveLength(keptRecords);
  expect([offsets(log)[0], offsets(log).at(-1)]).toEqual([20, keptRecords + 19]);
});

test("what comes again after a reconnect is shown once", () => {
  const log = new RecordLog();
  log.add(envelopes(0, 10), 0);
  for (let times = 0; times < 3; times++) log.add(envelopes(5, 12), 0);
  expect(offsets(log)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test("a topic that was deleted and made again is told apart by its times", () => {
  const log = new RecordLog();
  log.add(envelopes(0, 2, 1), 0);
  log.add(envelopes(0, 2, 2), 0);
  expect(offsets(log)).toEqual([0, 1, 0, 1]);
});

test("what came too fast to be sent is counted", () => {
  const log = new RecordLog();
  log.add([], 3);
  log.add(envelopes(0, 1), 4);
  expect(log.skipped).toBe(7);
});

test("what the topic held and could not be read at once stands before what came meanwhile", () => {
  const log = new RecordLog();
  log.add(envelopes(20, 25), 0);
  log.add(envelopes(10, 22), 0);
  expect(offsets(log)).toEqual(Array.from({ length: 15 }, (_, i) => 10 + i));
});
