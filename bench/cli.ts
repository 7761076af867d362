/** kt against kcat: starting, one record, a million lines in and out, and the memory of ten million. Same broker, same properties, by turns. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bulkReading, producerDefaults, readerDefaults } from "../src/kafka/config.ts";
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

/** What kt sets by itself, so that both do the same work; kt waits longer for many records, which makes kcat no faster. */
const producerProperties = ["enable.idempotence", "acks", "message.copy.max.bytes"]
  .map((name) => `${name}=${producerDefaults[name]}`)
  .concat("linger.ms=5")
  .flatMap((property) => ["-X", property]);
// kcat -e waits for an empty answer at the end, with its own properties for half a second.
const readerProperties = Object.entries({ ...readerDefaults, "fetch.message.max.bytes": bulkReading["fetch.message.growth.max.bytes"] })
  // fetch.queue.backoff.ms is younger than kcat's librdkafka.
  .filter(([name]) => /^(fetch|queued)\./.test(name) && name !== "fetch.queue.backoff.ms")
  .flatMap(([name, value]) => ["-X", `${name}=${value}`]);

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

/** How many times as fast as kcat kt is, both with the properties that kt sets. */
async function compare(what: string, times: number, ktRun: string[], kcatRun: string[]): Promise<void> {
  const timed = (command: string[]) => async () => (await run(command, { stdout: "ignore" })).seconds;
  const took = await byTurns(times, { kt: timed(ktRun), kcat: timed(kcatRun) });
  report(`${what}: kt ${seconds(took.kt)}, kcat ${seconds(took.kcat)}: kt is ${(median(took.kcat) / median(took.kt)).toFixed(2)} times as fast`);
}
const kcatRead = (name: string, ...layout: string[]) => ["kcat", "-C", "-b", brokers(), "-t", name, "-e", "-q", ...readerProperties, ...layout];
const piped = (command: string[]) => ["sh", "-c", `${command.map((word) => `'${word}'`).join(" ")} | cat >/dev/null`];
const template = "%t %p %o %T %k %S %s\\n";

await compare("a million lines of 100 B out", rounds, [kt, "consume", from, "--exit"], kcatRead(from));
await compare("the same through a pipe", rounds, piped([kt, "consume", from, "--exit"]), piped(kcatRead(from)));
await compare(`with -f '${template}'`, rounds, [kt, "consume", from, "--exit", "-f", template], kcatRead(from, "-f", template));
await compare("as JSON", rounds, [kt, "consume", from, "--exit", "--json"], kcatRead(from, "-J"));
const count = (await run(["sh", "-c", `"${kt}" consume ${from} --exit | cmp - "${lines}" && echo same`])).stdout.trim();
report(`what came out against what went in: ${count}`);

const first = await byTurns(20, {
  kt: async () => (await run([kt, "consume", from, "-n", "1", "--from", "start"])).seconds,
  kcat: async () => (await run(["kcat", "-C", "-b", brokers(), "-t", from, "-c", "1", "-o", "beginning", "-q"])).seconds,
});
report(`one record out, whole process: kt ${ms(first.kt)}, kcat ${ms(first.kcat)}`);

const large = join(work, "large.txt");
writeFileSync(large, `${"0123456789abcde".repeat(2000)}\n`.repeat(10_000));
const [largeKt, largeKcat] = [await ready("large-kt"), await ready("large-kcat")];
const kcatWrite = ["kcat", "-P", "-b", brokers(), "-t", largeKcat, ...producerProperties, "-l", large];
const largeRounds = 11;
await compare("10,000 records of 30 kB in", largeRounds, [kt, "produce", largeKt, "-l", large], kcatWrite);
await compare(`${largeRounds * 10},000 records of 30 kB out`, largeRounds, [kt, "consume", largeKt, "--exit"], kcatRead(largeKt));

const tenfold = join(work, "tenfold.txt");
for (let i = 0; i < 10; i++) appendFileSync(tenfold, readFileSync(lines));
const held = async (name: string, stdin: string) => {
  const filled = await ready(name);
  const write = await run([kt, "produce", filled], { stdin });
  const read = await run([kt, "consume", filled, "--exit"], { stdout: "ignore" });
  const print = await run([kt, "consume", filled, "--exit", "--json"], { stdout: "ignore" });
  return [write, read, print].map(({ peakMb }) => peakMb);
};
const [once, tenTimes] = [await held("memory", lines), await held("memory10", tenfold)];
const growth = ["in", "out", "out as JSON"].map((what, i) => `${what} ${once[i]?.toFixed(0)} and ${tenTimes[i]?.toFixed(0)} MB`);
report(`memory at its most, a million records and ten million: ${growth.join(", ")}`);
