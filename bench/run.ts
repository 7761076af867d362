/**
 * Measures the parts that are named, or all, keeps what each gave, and writes docs/benchmarks.md.
 * usage: bun bench/run.ts [--resume] [PART…]    --resume leaves out what this very build has measured
 */
import type { titles } from "./report/document.ts";
import type { Figure, Growth, Measured } from "./report/figure.ts";
import { holds, median, ratioOf, steepSteps } from "./report/judge.ts";
import { load, machine, type Program, versionOf, versionsOf } from "./report/machine.ts";
import { ratio, short } from "./report/numbers.ts";
import { keepResult, readResults, writeDocument } from "./report/results.ts";

interface Part {
  beside: Program[];
  measure(): Promise<Measured>;
}

/** In the order in which they are measured: what leaves many topics behind is last. */
const parts: Record<keyof typeof titles, Part> = {
  lines: { beside: ["kafka", "kcat"], measure: async () => (await import("./lines.ts")).lines() },
  emit: { beside: ["kafka", "ffmpeg", "opencv", "kafka-python"], measure: async () => (await import("./emit.ts")).emit() },
  viewers: { beside: ["kafka", "go2rtc"], measure: async () => (await import("./serve/crowd.ts")).crowd() },
  first: { beside: ["kafka", "go2rtc", "chromium"], measure: async () => (await import("./serve/first.ts")).first() },
  delay: { beside: ["kafka", "go2rtc", "chromium"], measure: async () => (await import("./serve/delay.ts")).delay() },
  stalled: { beside: ["kafka", "go2rtc"], measure: async () => (await import("./serve/stalled.ts")).stalled() },
  wall: { beside: ["kafka", "chromium"], measure: async () => (await import("./serve/wall.ts")).wall() },
  data: { beside: ["kafka", "chromium"], measure: async () => (await import("./data.ts")).data() },
  boxes: { beside: ["kafka", "chromium"], measure: async () => (await import("./boxes.ts")).boxes() },
  rewind: { beside: ["kafka"], measure: async () => (await import("./serve/rewind.ts")).rewind() },
  silence: { beside: ["kafka"], measure: async () => (await import("./serve/silence.ts")).silence() },
  search: { beside: ["kafka", "kcat", "grep"], measure: async () => (await import("./search.ts")).search() },
  cameras: { beside: ["kafka"], measure: async () => (await import("./cameras.ts")).cameras() },
  streams: { beside: ["kafka"], measure: async () => (await import("./growth/streams.ts")).streams() },
  log: { beside: ["kafka"], measure: async () => (await import("./growth/log.ts")).log() },
  topics: { beside: ["kafka"], measure: async () => (await import("./growth/topics.ts")).topics() },
};

const isPart = (name: string): name is keyof typeof titles => name in parts;
const asked = process.argv.slice(2);
const resumes = asked.includes("--resume");
const named = asked.filter((word) => word !== "--resume");
const unknown = named.find((name) => !isPart(name));
if (unknown !== undefined) {
  console.error(`There is no part '${unknown}': ${Object.keys(parts).join(", ")}.`);
  process.exit(2);
}
const build = versionOf("kt");
const done = readResults();
const chosen = Object.keys(parts)
  .filter(isPart)
  .filter((name) => (named.length === 0 || named.includes(name)) && !(resumes && done[name]?.versions.kt === build));

let failed = 0;
for (const name of chosen) {
  const { beside, measure } = parts[name];
  const began = performance.now();
  console.log(`== ${name}`);
  try {
    // A program that is missing is told of before the time that measuring takes.
    const versions = versionsOf(["kt", ...beside]);
    const measured = await measure();
    for (const figure of measured.figures) console.log(told(figure));
    for (const growth of measured.growths ?? []) console.log(toldGrowth(growth));
    for (const remark of measured.remarks ?? []) console.log(remark);
    const tookSeconds = Math.round((performance.now() - began) / 1000);
    keepResult(name, { at: new Date().toISOString(), tookSeconds, load: load(), machine: machine(), versions, ...measured });
    writeDocument();
    console.log(`-- ${name} took ${tookSeconds} s`);
  } catch (error) {
    // The others are measured all the same, and --resume tries this one again.
    console.error(`${name} failed:`, error);
    failed++;
  }
}
process.exit(failed > 0 ? 1 : 0);

function told(figure: Figure): string {
  const { name, unit, kt, other } = figure;
  const of = ratioOf(figure);
  const held = holds(figure);
  const beside = other && of ? `, ${other.name} ${short(median(other.values))}: ${ratio(of.median)} (${ratio(of.least)} to ${ratio(of.most)})` : "";
  return `${name}: kt ${short(median(kt))} ${unit}${beside}${held === undefined ? "" : held ? ", bar held" : ", BAR NOT HELD"}`;
}

function toldGrowth(growth: Growth): string {
  const points = growth.points.map(({ count, values }) => `${count}: ${short(median(values))}`);
  return `${growth.name}, ${growth.unit}, by ${growth.of}: ${points.join(", ")}${steepSteps(growth).length > 0 ? ", STEEPER THAN THE WORK" : ""}`;
}
