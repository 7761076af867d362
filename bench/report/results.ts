/** The results on disk: one file, a part at a time. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchmarksDocument } from "./document.ts";
import type { PartResult, Results } from "./figure.ts";

const root = new URL("../../", import.meta.url).pathname;
const file = join(root, "bench/results.json");

export function readResults(): Results {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Results) : {};
}

/** Six digits that count: more is noise, and makes every change of the file unreadable. @throws where something was measured that is no number */
function rounded(name: string, value: unknown): unknown {
  if (typeof value !== "number") return value;
  // JSON would have null in its place.
  if (!Number.isFinite(value)) throw new Error(`${name} is ${value}: nothing was measured`);
  return Number(value.toPrecision(6));
}

export function keepResult(part: string, result: PartResult): void {
  writeFileSync(file, `${onLines(JSON.stringify({ ...readResults(), [part]: result }, rounded, 2))}\n`);
}

/** A list of numbers on one line. */
function onLines(json: string): string {
  return json.replaceAll(/\[\s+(-?[\d.e+-]+(?:,\s+-?[\d.e+-]+)*)\s+\]/g, (_, list: string) => `[${list.replaceAll(/,\s+/g, ", ")}]`);
}

/** Writes docs/benchmarks.md and its charts; those of figures that are no more go. */
export function writeDocument(): void {
  const charts = join(root, "docs/benchmarks");
  rmSync(charts, { recursive: true, force: true });
  mkdirSync(charts);
  for (const [path, text] of benchmarksDocument(readResults())) writeFileSync(join(root, "docs", path), text);
}
