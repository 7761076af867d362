/** docs/benchmarks.md and its charts are made from bench/results.json, and of its newest state; and they say what the figures say. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { benchmarksDocument, titles } from "../../../bench/report/document.ts";
import type { Figure, Growth, PartResult } from "../../../bench/report/figure.ts";
import { holds, ratioOf, steepSteps } from "../../../bench/report/judge.ts";
import { short } from "../../../bench/report/numbers.ts";
import { readResults } from "../../../bench/report/results.ts";

const docs = join(import.meta.dir, "../../../docs");
const results = readResults();

test("docs/benchmarks.md and docs/benchmarks/ are up to date (else: bun bench/write.ts)", () => {
  const made = benchmarksDocument(results);
  const stale = [...made].filter(([path, text]) => !existsSync(join(docs, path)) || readFileSync(join(docs, path), "utf8") !== text);
  expect(stale.map(([path]) => path)).toEqual([]);
  expect(readdirSync(join(docs, "benchmarks")).sort()).toEqual(
    [...made.keys()]
      .filter((path) => path.endsWith(".svg"))
      .map((path) => path.slice("benchmarks/".length))
      .sort(),
  );
});

test("no result is of a part that is no more, and what is measured beside another has at least five rounds", () => {
  expect(Object.keys(results).filter((name) => !(name in titles))).toEqual([]);
  const paired = Object.values(results).flatMap(({ figures }) => figures.filter(({ other }) => other));
  expect(paired.filter(({ kt, other }) => kt.length < 5 || other?.values.length !== kt.length).map(({ name }) => name)).toEqual([]);
});

const figure = (kt: number[], values?: number[], bar?: Figure["bar"], better: Figure["better"] = "less"): Figure => ({
  name: "cost",
  unit: "ms",
  better,
  kt,
  other: values && { name: "it", values },
  bar,
});

describe("what follows from figures", () => {
  test("a ratio is that of each round, so that a slow round changes nothing", () => {
    expect(ratioOf(figure([1, 10, 2], [2, 20, 5]))).toEqual({ median: 0.5, least: 0.4, most: 0.5 });
    expect(ratioOf(figure([1]))).toBeUndefined();
    expect(() => ratioOf(figure([1, 2], [1]))).toThrow("paired");
  });

  test("a bar is of the ratio, and without another of the value", () => {
    expect(holds(figure([6], [10], { most: 0.6 }))).toBe(true);
    expect(holds(figure([7], [10], { most: 0.6 }))).toBe(false);
    expect(holds(figure([31], [10], { least: 3 }))).toBe(true);
    expect(holds(figure([301, 299, 200], undefined, { most: 300 }))).toBe(true);
    expect(holds(figure([301, 302, 200], undefined, { most: 300 }))).toBe(false);
    expect(holds(figure([1]))).toBeUndefined();
  });

  test("a step is told where the cost grows faster than the work", () => {
    const growth = (...costs: number[]): Growth => ({
      name: "cost",
      of: "things",
      unit: "ms",
      points: costs.map((cost, i) => ({ count: 10 ** i, values: [cost] })),
    });
    expect(steepSteps(growth(1, 9, 95))).toEqual([]);
    expect(steepSteps(growth(1, 9, 200))).toEqual([{ from: 10, to: 100, work: 10, cost: 200 / 9 }]);
  });

  test("numbers have three digits that count", () => {
    expect([0, 0.01234, 4.5678, 99.96, 789.1, 1_234_567].map(short)).toEqual(["0", "0.0123", "4.57", "100", "789", "1,230,000"]);
  });
});

describe("the document", () => {
  const part: PartResult = {
    figures: [figure([9, 9, 9], [10, 10, 10], { most: 0.6 }), figure([30], [10], { least: 3 }, "more")],
    growths: [
      {
        name: "Cost",
        of: "viewers",
        unit: "ms/s",
        points: [
          { count: 1, values: [1] },
          { count: 10, values: [40] },
        ],
      },
    ],
    at: "2026-01-31T12:00:00.000Z",
    tookSeconds: 90,
    load: 0.5,
    machine: "2 × processor <x>",
    versions: { kt: "abc" },
  };
  const made = benchmarksDocument({ viewers: part });
  const text = made.get("benchmarks.md") ?? "";

  test("says of each bar whether it is held, and how many are", () => {
    expect(text).toContain("| cost | ms, less | 9.00 | it: 10.0 | **0.90** | 0.90 to 0.90 | 3 | ≤ 0.6: **not held** |");
    expect(text).toContain("≥ 3: held");
    expect(text).toContain("1 of 2 bars are held.");
    expect(text).toContain("Cost grows faster than the work: from 1 to 10 viewers the work is 10.0 times and the cost 40.0 times.");
  });

  test("has a chart of what stands beside another, where right is better, and one of each growth", () => {
    expect([...made.keys()].sort()).toEqual(["benchmarks.md", "benchmarks/ratios.svg", "benchmarks/viewers-cost.svg"]);
    // 9 ms instead of 10 are 1.11 times as good, and 30 a second instead of 10 three times.
    expect(made.get("benchmarks/ratios.svg")).toContain(">1.11×<");
    expect(made.get("benchmarks/ratios.svg")).toContain(">3.00×<");
  });

  test("every picture is well-formed, and has its colours for the dark as well", () => {
    for (const [path, svg] of [...made, ...benchmarksDocument(results)].filter(([path]) => path.endsWith(".svg"))) {
      expect(svg).toContain("prefers-color-scheme: dark");
      expect({ path, bad: /NaN|Infinity|undefined/.exec(svg)?.[0] }).toEqual({ path, bad: undefined });
      const depth = [...svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)].reduce((open, [, closes, , isWhole]) => open + (closes ? -1 : isWhole ? 0 : 1), 0);
      expect({ path, depth }).toEqual({ path, depth: 0 });
    }
  });
});
