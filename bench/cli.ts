/** kt against kcat: starting, one record, a million lines in and out. Same broker, same properties, by turns. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { brokers, byTurns, kt, median, report, run, work } from "./support.ts";

const lineCount = 1_000_000;
const lines = join(work, "lines.txt");
writeFileSync(lines, Array.from({ length: lineCount }, (_, i) => `${String(i).padStart(8, "0")} ${"x".repeat(91)}\n`).join(""));
const one = join(work, "one.txt");
writeFileSync(one, "hi\n");

const ms = (values: number[]) => `${(median(values) * 1000).toFixed(0)} ms`;
const seconds = (values: number[]) => `${median(values).toFixed(2)} s`;
const topic = (name: string) => `bench-${name}-${process.pid}`;

async function ready(name: string): Promise<string> {
  await run([kt, "topic", "create", topic(name)]);
  return topic(name);
}

/** What kt sets by itself, so that both do the same work. */
const producerProperties = ["-X", "enable.idempotence=true", "-X", "acks=all", "-X", "linger.ms=5"];
const readerProperties = ["-X", "fetch.message.max.bytes=4194304"];

const sample = await ready("sample");
const start = await byTurns(20, {
  help: async () => (await run([kt, "--help"])).seconds,
  ktOne: async () => (await run([kt, "produce", sample, "hi"])).seconds,
  kcatOne: async () => (await run(["kcat", "-P", "-b", brokers(), "-t", sample, ...producerProperties, "-X", "linger.ms=0", "-l", one])).seconds,
});
report(`kt --help: ${ms(start.help)}`);
report(`one record, whole process: kt ${ms(start.ktOne)}, kcat ${ms(start.kcatOne)} (idempotent, acks=all)`);

const rounds = 5;
const into: string[] = [];
const written = await byTurns(rounds, {
  kt: async (round) => {
    into[round] = await ready(`kt${round}`);
    return (await run([kt, "produce", into[round]], { stdin: lines })).seconds;
  },
  kcat: async (round) => {
    const name = await ready(`kcat${round}`);
    return (await run(["kcat", "-P", "-b", brokers(), "-t", name, ...producerProperties, "-l", lines])).seconds;
  },
  kcatPlain: async (round) => {
    const name = await ready(`kcatplain${round}`);
    return (await run(["kcat", "-P", "-b", brokers(), "-t", name, "-X", "acks=all", "-l", lines])).seconds;
  },
});
report(
  `a million lines of 100 B in: kt ${seconds(written.kt)}, kcat ${seconds(written.kcat)}: kt is ${(median(written.kcat) / median(written.kt)).toFixed(2)} times as fast; kcat with its own defaults ${seconds(written.kcatPlain)}: ${(median(written.kcatPlain) / median(written.kt)).toFixed(2)} times`,
);

const from = into[0] as string;
const read = await byTurns(rounds, {
  kt: async () => (await run([kt, "consume", from, "--exit"], { stdout: "ignore" })).seconds,
  kcat: async () => (await run(["kcat", "-C", "-b", brokers(), "-t", from, "-e", "-q", ...readerProperties], { stdout: "ignore" })).seconds,
  kcatPlain: async () => (await run(["kcat", "-C", "-b", brokers(), "-t", from, "-e", "-q"], { stdout: "ignore" })).seconds,
});
report(
  `a million lines of 100 B out: kt ${seconds(read.kt)}, kcat ${seconds(read.kcat)}: kt is ${(median(read.kcat) / median(read.kt)).toFixed(2)} times as fast; kcat with its own defaults ${seconds(read.kcatPlain)}: ${(median(read.kcatPlain) / median(read.kt)).toFixed(2)} times`,
);
const count = (await run(["sh", "-c", `"${kt}" consume ${from} --exit | cmp - "${lines}" && echo same`])).stdout.trim();
report(`what came out against what went in: ${count}`);
