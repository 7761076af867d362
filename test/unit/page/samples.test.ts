import { describe, expect, test } from "bun:test";
import { toPanelRecord } from "../../../src/http/panel-record.ts";
import { likelyField, linesByField, linesByKey, SampleLog } from "../../../src/page/samples.ts";
import { record } from "../records.ts";

const sample = (offset: number, timestampMs: number, key: string | null, value: object) =>
  toPanelRecord(record({ offset, timestampMs, key: key === null ? null : Buffer.from(key), value: Buffer.from(JSON.stringify(value)) }));

function logOf(...records: ReturnType<typeof sample>[]): SampleLog {
  const log = new SampleLog(null);
  log.add(records);
  return log;
}

describe("a chart's lines", () => {
  test("are one for each key, and meet where their times do", () => {
    const log = logOf(sample(0, 100, "b", { t: 1 }), sample(1, 100, "a", { t: 2 }), sample(2, 200, "a", { t: 3 }), sample(3, 300, "c", { other: 1 }));
    expect(linesByKey(log, "t", 0)).toEqual({
      names: ["a", "b", "c"],
      timesMs: [100, 200],
      values: [
        [2, 3],
        [1, null],
        [null, null],
      ],
    });
  });

  test("are one for each field where there is no key", () => {
    const log = logOf(sample(0, 100, null, { cpu: 1, host: "web", net: { in: 5 } }), sample(1, 200, null, { cpu: 2 }));
    expect(linesByField(log, log.fields, 150)).toEqual({ names: ["cpu", "net.in"], timesMs: [200], values: [[2], [null]] });
  });

  test("are in the order of time, whatever comes late, and nothing is drawn twice", () => {
    const log = logOf(sample(0, 100, null, { v: 1 }), sample(2, 300, null, { v: 3 }));
    log.add([sample(1, 200, null, { v: 2 }), sample(2, 300, null, { v: 3 })]);
    expect(linesByField(log, ["v"], 0)).toMatchObject({ timesMs: [100, 200, 300], values: [[1, 2, 3]] });
  });

  test("are at most twelve", () => {
    const log = logOf(...Array.from({ length: 30 }, (_, i) => sample(i, i, `k${i}`, { v: i })));
    expect(linesByKey(log, "v", 0).names).toEqual(Array.from({ length: 12 }, (_, i) => `k${i}`));
  });
});

test("what is kept is bounded; each key's line becomes coarser, none ends", () => {
  const log = new SampleLog(null);
  for (let i = 0; i < 40_000; i += 100) log.add(Array.from({ length: 100 }, (_, j) => sample(i + j, i + j, `k${(i + j) % 2}`, { v: 1 })));
  expect(log.samples.length).toBeLessThanOrEqual(6000);
  const counts = Map.groupBy(log.samples, ({ key }) => key);
  expect(Math.abs((counts.get("k0")?.length ?? 0) - (counts.get("k1")?.length ?? 0))).toBeLessThan(10);
  expect(log.samples[0]?.atMs).toBeLessThan(10);
  expect(log.samples.at(-1)?.atMs).toBe(39_999);
});

test("the first field drawn is one that is measured: no time, no id, nothing that stays the same", () => {
  const log = logOf(...[1, 2].map((i) => sample(i, i, null, { id: i, timestamp: 1_700_000_000 + i, version: i, limit: 5, load: i })));
  expect(likelyField(log)).toBe("load");
});

test("what is no number makes a gap, and no line of its own", () => {
  const values = ['{"v":1}', '{"v":NaN}', '{"v":Infinity}', '{"v":2}'];
  const log = logOf(...values.map((value, offset) => toPanelRecord(record({ offset, timestampMs: 100 * offset, value: Buffer.from(value) }))));
  expect(linesByField(log, ["v"], 0).values).toEqual([[1, Number.NaN, Number.NaN, 2]]);
  expect(likelyField(log)).toBe("v");
});

test("a record whose time no date can be is not in the chart: its axis would have no end", () => {
  expect(logOf(sample(0, 100, null, { v: 1 }), sample(1, 2 ** 62, null, { v: 2 })).samples.map(({ atMs }) => atMs)).toEqual([100]);
});
