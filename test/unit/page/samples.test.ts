import { describe, expect, test } from "bun:test";
import { toPanelRecord } from "../../../src/http/socket/panel-record.ts";
import { linesByField, linesByKey, linesTogether } from "../../../src/page/data/charts/lines.ts";
import { likelyField, SampleLog } from "../../../src/page/data/charts/samples.ts";
import { record } from "../records.ts";

const sample = (offset: number, timestampMs: number, key: string | null, value: object) =>
  toPanelRecord(record({ offset, timestampMs, key: key === null ? null : Buffer.from(key), value: Buffer.from(JSON.stringify(value)) }));

function logOf(...records: ReturnType<typeof sample>[]): SampleLog {
  const log = new SampleLog(null);
  log.add(records);
  return log;
}

const all = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };

describe("a chart's lines", () => {
  test("are one for each key, and meet where their times do", () => {
    const log = logOf(sample(0, 100, "b", { t: 1 }), sample(1, 100, "a", { t: 2 }), sample(2, 200, "a", { t: 3 }), sample(3, 300, "c", { other: 1 }));
    expect(linesByKey(log, "t", 0, all)).toMatchObject({
      names: ["a", "b", "c"],
      timesMs: [100, 200],
      means: [
        [2, 3],
        [1, null],
        [null, null],
      ],
    });
  });

  test("are one for each field where there is no key", () => {
    const log = logOf(sample(0, 100, null, { cpu: 1, host: "web", net: { in: 5 } }), sample(1, 200, null, { cpu: 2 }));
    expect(linesByField(log, log.fields, 150, all)).toMatchObject({ names: ["cpu", "net.in"], timesMs: [200], means: [[2], [null]] });
  });

  test("are in the order of time, whatever comes late, and nothing is drawn twice", () => {
    const log = logOf(sample(0, 100, null, { v: 1 }), sample(2, 300, null, { v: 3 }));
    log.add([sample(1, 200, null, { v: 2 }), sample(2, 300, null, { v: 3 })]);
    expect(linesByField(log, ["v"], 0, all)).toMatchObject({ timesMs: [100, 200, 300], means: [[1, 2, 3]] });
  });

  test("of several numbers in one place are their mean, between the least and the greatest", () => {
    const log = logOf(...[5, 1, 9, 1].map((v, i) => sample(i, 100, "a", { v })));
    expect(linesByKey(log, "v", 0, all)).toEqual({ names: ["a"], timesMs: [100], means: [[4]], lows: [[1]], highs: [[9]], counts: [[4]], lasts: [null] });
  });

  test("of more points than there are pixels hide no peak, and are as fine as what is looked at allows", () => {
    const log = logOf(...Array.from({ length: 5000 }, (_, i) => sample(i, i * 1000, null, { v: i === 2500 ? 1000 : i % 2 })));
    const whole = linesByField(log, ["v"], 0, all);
    expect(whole.timesMs.length).toBeLessThanOrEqual(601);
    expect(Math.max(...(whole.highs[0] as number[]))).toBe(1000);
    expect(whole.counts[0]?.reduce((sum, count) => sum + count, 0)).toBe(5000);
    expect(linesByField(log, ["v"], 0, { fromMs: 2_400_000, toMs: 2_600_000 }).timesMs).toHaveLength(5000);
  });

  test("are one of all keys together where they are too many, and do not go up and down with which of them a place has", () => {
    // Thirty keys take turns, one each second, each with a number of its own that never changes.
    const log = logOf(...Array.from({ length: 3000 }, (_, i) => sample(i, i * 1000, `k${i % 30}`, { v: i % 30 })));
    const { names, means, lows, highs, counts } = linesTogether(log, "30 keys", "v", 0, all);
    expect([names, log.keyCount]).toEqual([["30 keys"], 30]);
    expect((means[0]?.length ?? 0) > 20).toBe(true);
    for (const mean of means[0] ?? []) expect(Math.abs((mean ?? 0) - 14.5)).toBeLessThan(1);
    expect([new Set(lows[0]), new Set(highs[0])]).toEqual([new Set([0]), new Set([29])]);
    expect(counts[0]?.reduce((sum, count) => sum + count, 0)).toBe(3000);
  });

  test("are at most twelve", () => {
    const log = logOf(...Array.from({ length: 30 }, (_, i) => sample(i, i, `k${i}`, { v: i })));
    expect(linesByKey(log, "v", 0, all).names).toEqual(Array.from({ length: 12 }, (_, i) => `k${i}`));
  });
});

test("what is kept is bounded; each key's line becomes coarser, none ends", () => {
  const log = new SampleLog(null);
  for (let i = 0; i < 40_000; i += 100) log.add(Array.from({ length: 100 }, (_, j) => sample(i + j, i + j, `k${(i + j) % 2}`, { v: 1 })));
  expect(log.samples.length).toBeLessThanOrEqual(6000);
  const counts = Map.groupBy(log.samples, ({ key }) => key);
  expect(Math.abs((counts.get("k0")?.length ?? 0) - (counts.get("k1")?.length ?? 0))).toBeLessThan(10);
  const sum = log.samples.reduce((total, { numbers }) => total + (numbers.get("v")?.[3] ?? 0), 0);
  expect(sum).toBe(40_000);
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
  expect(linesByField(log, ["v"], 0, all).means).toEqual([[1, Number.NaN, Number.NaN, 2]]);
  expect(likelyField(log)).toBe("v");
});

test("a record whose time no date can be is not in the chart: its axis would have no end", () => {
  expect(logOf(sample(0, 100, null, { v: 1 }), sample(1, 2 ** 62, null, { v: 2 })).samples.map(({ atMs }) => atMs)).toEqual([100]);
});
