/**
 * Makes worst days and prints what was seen; the exit code says whether all held.
 * usage: main.ts [--minutes M] [cluster|crowd|pages|streams|soak|posts|slow|NAME OF A DAY]…
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeClip } from "../e2e/support/clips.ts";
import { clusterDay, clusterDays } from "./cluster.ts";
import { type Load, load } from "./load.ts";
import { posts } from "./posts.ts";
import { slow } from "./slow.ts";
import { type Line, type Table, tableText } from "./table.ts";

const { values, positionals } = parseArgs({ args: process.argv.slice(2), options: { minutes: { type: "string", default: "60" } }, allowPositionals: true });
const soakSeconds = Number(values.minutes) * 60;
const loads: Record<string, Load> = {
  crowd: { name: "500 viewers", streams: 4, viewers: 500, pages: 0, troubled: 5, seconds: Math.min(60, soakSeconds) },
  pages: { name: "200 pages", streams: 8, viewers: 0, pages: 200, troubled: 0, seconds: Math.min(60, soakSeconds) },
  streams: { name: "64 streams", streams: 64, viewers: 64, pages: 2, troubled: 0, seconds: Math.min(60, soakSeconds) },
  soak: { name: `${values.minutes} minutes`, streams: 16, viewers: 50, pages: 2, troubled: 2, seconds: soakSeconds },
};
const others: Record<string, () => Promise<Table>> = { posts, slow };
const wanted = positionals.length > 0 ? positionals : ["cluster", ...Object.keys(loads), ...Object.keys(others)];
const days = clusterDays.filter(({ name }) => wanted.includes("cluster") || wanted.includes(name));
const unknown = wanted.filter((name) => name !== "cluster" && !(name in others) && !(name in loads) && !clusterDays.some((day) => day.name === name));
if (unknown.length > 0 || !(soakSeconds > 0)) {
  console.error(
    `${unknown.join(", ") || "--minutes"}: there are cluster, ${[...Object.keys(loads), ...Object.keys(others)].join(", ")}, and of the cluster ${clusterDays.map(({ name }) => `'${name}'`).join(", ")}`,
  );
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), "kt-soak-"));
const lines: Line[] = [];
const run = async (name: string, day: () => Promise<Table>) => {
  console.error(`== ${name}`);
  try {
    lines.push(...(await day()).lines);
  } catch (error) {
    lines.push({ day: name, what: "it went to its end", seen: error instanceof Error ? error.message : String(error), held: false });
    console.error(error);
  }
};
try {
  const video = await makeClip(`${folder}/clip.mp4`, { seconds: 8, rate: 15 });
  const jpegs = await makeClip(`${folder}/clip.mov`, { seconds: 20, rate: 10, encoding: ["-c:v", "mjpeg", "-q:v", "6", "-pix_fmt", "yuvj420p"] });
  for (const [name, day] of Object.entries(others)) if (wanted.includes(name)) await run(name, day);
  for (const day of days) await run(day.name, () => clusterDay(day, video));
  for (const name of wanted) {
    const its = loads[name];
    if (its) await run(its.name, () => load(its, jpegs));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(tableText(lines));
process.exit(lines.every(({ held }) => held) ? 0 : 1);
