/** docs/benchmarks.md and its charts, of the results as they are. */
import type { Figure, Growth, PartResult, Results } from "./figure.ts";
import { growthChart } from "./growth-chart.ts";
import { holds, median, ratioOf, steepSteps } from "./judge.ts";
import { ratio, short } from "./numbers.ts";
import { ratioChart } from "./ratio-chart.ts";

/** What each part is about, in the order of the document and of scripts/bench. */
export const titles = {
  lines: "Lines in and out",
  emit: "Video in",
  viewers: "Viewers",
  first: "The first picture",
  delay: "From emit to paint",
  stalled: "A viewer that stalls",
  wall: "A wall of 49",
  data: "Fast data on the page",
  boxes: "Boxes over the pictures",
  rewind: "An hour, rewound",
  silence: "A silent camera",
  search: "Search",
  cameras: "Cameras in real time",
  streams: "Growth: streams",
  log: "Growth: the log",
  topics: "Growth: topics",
} as const;
export type PartName = keyof typeof titles;

const head = `# Benchmarks

kt beside what does the same, on one machine, by turns: a round is one measurement of each, and the ratio is that of the round's two. A ratio is kt's value divided by the other's; *better* says which way is the good one. The spread is the least and the most of all rounds. Where there is a bar it says what was wanted, and whether it is held.

\`\`\`bash
scripts/bench                        # all of it, with a Kafka of its own; then this file and its charts are written
scripts/bench viewers first          # these parts anew, the others as they were
scripts/bench --resume               # what this build has not measured yet: goes on where it was interrupted
\`\`\`

\`GO2RTC=/path/to/go2rtc\` has it measured as well; \`kcat\`, \`ffmpeg\` and Chromium are Debian's, OpenCV and kafka-python are in \`test/requirements.txt\`, and Kafka's own tools are of the Kafka that is measured with. ustreamer is not beside kt: it reads V4L2 devices only, and takes no file or stream that both could be given.`;

const cell = (words: string) => words.replaceAll("|", "\\|");
const table = (columns: string[], rows: string[][]) =>
  [columns, columns.map(() => "---"), ...rows].map((cells) => `| ${cells.map(cell).join(" | ")} |`).join("\n");

function verdict(figure: Figure): string {
  const held = holds(figure);
  if (held === undefined || !figure.bar) return "";
  const { least, most } = figure.bar;
  return `${least === undefined ? `≤ ${most}` : `≥ ${least}`}: ${held ? "held" : "**not held**"}`;
}

function row(figure: Figure): string[] {
  const { name, unit, better, kt, other } = figure;
  const of = ratioOf(figure);
  const spread = of ? `${ratio(of.least)} to ${ratio(of.most)}` : `${short(Math.min(...kt))} to ${short(Math.max(...kt))}`;
  const beside = other ? `${other.name}: ${short(median(other.values))}` : "";
  return [name, `${unit}, ${better}`, short(median(kt)), beside, of ? `**${ratio(of.median)}**` : "", spread, String(kt.length), verdict(figure)];
}

const chartName = (part: string, name: string) => `${part}-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.svg`;

function growthText(part: string, growth: Growth): string {
  const { name, of, unit, points, remark } = growth;
  const steep = steepSteps(growth).map(
    ({ from, to, work, cost }) => `from ${from} to ${to} ${of} the work is ${short(work)} times and the cost ${short(cost)} times`,
  );
  const verdict = steep.length > 0 ? `Cost grows faster than the work: ${steep.join("; ")}.` : "Cost grows no faster than the work.";
  const each = points.map(({ count, values }) => [
    count.toLocaleString("en-US"),
    short(median(values)),
    short(median(values) / count),
    `${short(Math.min(...values))} to ${short(Math.max(...values))}`,
  ]);
  return [
    `![${name} by ${of}](benchmarks/${chartName(part, name)})`,
    table([of, `${name}, ${unit}`, "for each", "spread"], each),
    [verdict, remark].filter(Boolean).join(" "),
  ].join("\n\n");
}

function section(part: string, { figures, growths = [], remarks = [], at, tookSeconds, load, versions }: PartResult): string {
  const named = Object.entries(versions).map(([program, version]) => `${program} ${version}`);
  return [
    `## ${titles[part as PartName]}`,
    figures.length > 0 && table(["what", "unit, better", "kt", "beside it", "kt ÷ it", "spread", "rounds", "bar"], figures.map(row)),
    ...growths.map((growth) => growthText(part, growth)),
    remarks.length > 0 && remarks.join(" "),
    `\`scripts/bench ${part}\`: ${tookSeconds} s, ${at.slice(0, 10)}, load ${load.toFixed(1)}; ${named.join(", ")}.`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** @returns text by path below docs/ */
export function benchmarksDocument(results: Results): Map<string, string> {
  const parts = Object.keys(titles).flatMap((name) => (results[name] ? [[name, results[name]] as const] : []));
  const machines = [...new Set(parts.map(([, { machine }]) => machine))];
  const all = parts.flatMap(([, { figures }]) => figures);
  const bars = all.filter(({ bar }) => bar);
  const held = bars.filter((figure) => holds(figure)).length;
  const ratios = ratioChart("How many times as good as the other kt is", all);
  const files = new Map<string, string>();
  if (ratios) files.set("benchmarks/ratios.svg", ratios);
  for (const [name, { growths = [] }] of parts) for (const growth of growths) files.set(`benchmarks/${chartName(name, growth.name)}`, growthChart(growth));
  const machine = `Measured on: ${machines.join("; ")}. ${bars.length > 0 ? `${held} of ${bars.length} bars are held. ` : ""}All parts together took ${Math.round(parts.reduce((sum, [, { tookSeconds }]) => sum + tookSeconds, 0) / 60)} minutes.`;
  const chart = ratios && "![How many times as good as the other kt is: right of 1 is better, the thin line is the spread](benchmarks/ratios.svg)";
  files.set("benchmarks.md", `${[head, machine, chart, ...parts.map(([name, result]) => section(name, result))].filter(Boolean).join("\n\n")}\n`);
  return files;
}
