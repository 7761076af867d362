/** The table of docs/sizing.md is what its own formulas come to. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const text = readFileSync(join(import.meta.dir, "../../../docs/sizing.md"), "utf8");
const rows = [...text.matchAll(/^\| (H\.264|JPEG|JSON), (.+?) \| (\d+) \| ([\d.]+) MB\/s \| ([\d.]+) MB\/s \| ([\d.]+) TB \| (\d+) \|$/gm)];

/** Bytes a second of "2 Mbit/s (720p)", or of "60 kB, 10 a second". */
function rate(camera: string): number {
  const bits = /^([\d.]+) Mbit\/s/.exec(camera);
  if (bits) return (Number(bits[1]) * 1e6) / 8;
  const [, size, unit, each] = /^(\d+) (kB|bytes), (\d+) a second$/.exec(camera) ?? [];
  return Number(size) * (unit === "kB" ? 1000 : 1) * Number(each);
}

test("there are rows of each kind", () => expect(new Set(rows.map(([, kind]) => kind)).size).toBe(3));

test.each(rows.map((row) => row.slice(1)))("%s, %s, %s of them", (_, camera, cameras, each, all, disk, partitions) => {
  const bytes = rate(camera as string);
  const incoming = bytes * Number(cameras);
  expect(Number(each)).toBeCloseTo(bytes / 1e6, 2);
  expect(Number(all)).toBeCloseTo(incoming / 1e6, 2);
  expect(Number(disk)).toBeCloseTo((incoming * 86_400 * 3 * 1.2) / 1e12, 1);
  expect(Number(partitions)).toBe(Math.max(Math.ceil(incoming / 10e6), Math.ceil(Number(cameras) / 16)));
});
