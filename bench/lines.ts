/**
 * Lines in and out, beside kcat and beside Kafka's own performance tools, on the same broker and by turns. kcat gets kt's
 * own properties, so that both do the same work; Kafka's tools are as they come, and print nothing of what they read.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bulkReading, producerDefaults, readerDefaults } from "../src/kafka/config.ts";
import type { Figure, Measured } from "./report/figure.ts";
import { brokers, byTurns, kt, run, work } from "./support.ts";

const rounds = 5;
const lineCount = 1_000_000;
/** For what takes milliseconds. */
const shortRounds = 11;

const topic = (name: string) => `bench-${name}-${process.pid}`;
async function ready(name: string): Promise<string> {
  await run([kt, "topic", "create", topic(name)]);
  return topic(name);
}

/** What kt sets by itself; kt waits longer for many records, which makes kcat no faster. */
const producerProperties = ["enable.idempotence", "acks", "message.copy.max.bytes"]
  .map((name) => `${name}=${producerDefaults[name]}`)
  .concat("linger.ms=5")
  .flatMap((property) => ["-X", property]);
// kcat -e waits for an empty answer at the end, with its own properties for half a second.
const readerProperties = Object.entries({ ...readerDefaults, "fetch.message.max.bytes": bulkReading["fetch.message.growth.max.bytes"] })
  // fetch.queue.backoff.ms is younger than kcat's librdkafka.
  .filter(([name]) => /^(fetch|queued)\./.test(name) && name !== "fetch.queue.backoff.ms")
  .flatMap(([name, value]) => ["-X", `${name}=${value}`]);
const kcatRead = (name: string, ...layout: string[]) => ["kcat", "-C", "-b", brokers(), "-t", name, "-e", "-q", ...readerProperties, ...layout];
const kcatWrite = (name: string, ...rest: string[]) => ["kcat", "-P", "-b", brokers(), "-t", name, ...rest];

/** As their start scripts run them. */
function kafkaTool(name: string, ...args: string[]): string[] {
  const jars = process.env.KT_BENCH_JARS;
  if (!jars) throw new Error("KT_BENCH_JARS is not set: run this by scripts/bench");
  const flags = ["-Xmx512M", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35"];
  const quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error";
  return ["java", ...flags, quiet, "-cp", jars, `org.apache.kafka.tools.${name}`, ...args];
}

const timed = async (command: string[], stdin?: string) => (await run(command, { stdin, stdout: "ignore" })).seconds;
const perSecond = (seconds: number[], count = lineCount) => seconds.map((took) => count / took);

export async function lines(): Promise<Measured> {
  const file = join(work, "lines.txt");
  writeFileSync(file, Array.from({ length: lineCount }, (_, i) => `${String(i).padStart(8, "0")} ${"x".repeat(91)}\n`).join(""));
  const { figures, from } = await into(file);
  return {
    figures: [...(await single(from)), ...figures, ...(await out(from, file)), ...(await large()), ...(await memory(file))],
    remarks: [
      "Whole processes, their start among it; kafka-producer-perf-test also by what it counts itself, without the start of its JVM. kcat has kt's properties unless it says otherwise. kafka-consumer-perf-test counts the records and prints none.",
    ],
  };
}

async function single(from: string): Promise<Figure[]> {
  const one = join(work, "one.txt");
  writeFileSync(one, "hi\n");
  const sample = await ready("sample");
  const took = await byTurns(shortRounds, {
    help: () => timed([kt, "--help"]),
    in: () => timed([kt, "produce", sample, "hi"]),
    kcatIn: () => timed([...kcatWrite(sample, ...producerProperties, "-X", "linger.ms=0"), "-l", one]),
    out: () => timed([kt, "consume", from, "-n", "1", "--from", "start"]),
    kcatOut: () => timed(["kcat", "-C", "-b", brokers(), "-t", from, "-c", "1", "-o", "beginning", "-q"]),
  });
  const ms = (seconds: number[]) => seconds.map((value) => value * 1000);
  const common = { unit: "ms", better: "less" } as const;
  return [
    { name: "kt --help", ...common, kt: ms(took.help) },
    { name: "one record in, whole process", ...common, kt: ms(took.in), other: { name: "kcat", values: ms(took.kcatIn) } },
    { name: "one record out, whole process", ...common, kt: ms(took.out), other: { name: "kcat", values: ms(took.kcatOut) } },
  ];
}

/** What ProducerPerformance counts for itself, without the start of its JVM. */
const ownRate = /([\d.]+) records\/sec(?![\s\S]*records\/sec)/;

async function into(file: string): Promise<{ figures: Figure[]; from: string }> {
  const filled: string[] = [];
  const own: number[] = [];
  const took = await byTurns(rounds, {
    kt: async (round) => {
      const name = await ready(`kt${round}`);
      filled.push(name);
      return timed([kt, "produce", name], file);
    },
    kcat: async (round) => timed([...kcatWrite(await ready(`kcat${round}`), ...producerProperties), "-l", file]),
    plain: async (round) => timed([...kcatWrite(await ready(`kcatplain${round}`), "-X", "acks=all"), "-l", file]),
    java: async (round) => {
      const args = ["--topic", await ready(`java${round}`), "--num-records", String(lineCount), "--record-size", "100", "--throughput", "-1"];
      const tool = await run(kafkaTool("ProducerPerformance", ...args, "--producer-props", `bootstrap.servers=${brokers()}`, "acks=all"));
      own.push(Number(ownRate.exec(tool.stdout)?.[1]));
      return tool.seconds;
    },
  });
  const figure = (other: string, values: number[]): Figure => ({
    name: "a million lines of 100 B in",
    unit: "records/s",
    better: "more",
    kt: perSecond(took.kt),
    other: { name: other, values },
  });
  return {
    from: filled[0] as string,
    figures: [
      figure("kcat with kt's properties", perSecond(took.kcat)),
      figure("kcat with its own, acks=all", perSecond(took.plain)),
      figure("kafka-producer-perf-test", perSecond(took.java)),
      figure("the same without its start", own),
    ],
  };
}

async function beside(name: string, count: number, times: number, ktRun: string[], others: Record<string, string[]>): Promise<Figure[]> {
  const all = Object.fromEntries(Object.entries({ kt: ktRun, ...others }).map(([who, command]) => [who, () => timed(command)]));
  const took = await byTurns<string>(times, all);
  return Object.keys(others).map((who) => ({
    name,
    unit: "records/s",
    better: "more",
    kt: perSecond(took.kt as number[], count),
    other: { name: who, values: perSecond(took[who] as number[], count) },
  }));
}

async function out(from: string, file: string): Promise<Figure[]> {
  const read = [kt, "consume", from, "--exit"];
  await run(["sh", "-c", `"${kt}" consume ${from} --exit | cmp - "${file}"`]); // ends the part where what comes out is not what went in
  const piped = (command: string[]) => ["sh", "-c", `${command.map((word) => `'${word}'`).join(" ")} | cat >/dev/null`];
  const template = "%t %p %o %T %k %S %s\\n";
  const java = kafkaTool("ConsumerPerformance", "--topic", from, "--bootstrap-server", brokers(), "--timeout", "20000");
  const asked = [...java, ...["--num-records", String(lineCount), "--hide-header"]];
  return [
    ...(await beside("a million lines of 100 B out", lineCount, rounds, read, { kcat: kcatRead(from), "kafka-consumer-perf-test": asked })),
    ...(await beside("the same through a pipe", lineCount, rounds, piped(read), { kcat: piped(kcatRead(from)) })),
    ...(await beside(`with -f '${template}'`, lineCount, rounds, [...read, "-f", template], { kcat: kcatRead(from, "-f", template) })),
    ...(await beside("as JSON", lineCount, rounds, [...read, "--json"], { kcat: kcatRead(from, "-J") })),
  ];
}

async function large(): Promise<Figure[]> {
  const [count, file] = [5000, join(work, "large.txt")];
  writeFileSync(file, `${"0123456789abcde".repeat(2000)}\n`.repeat(count));
  const [mine, other] = [await ready("large-kt"), await ready("large-kcat")];
  const written = [...kcatWrite(other, ...producerProperties), "-l", file];
  return [
    ...(await beside("5,000 records of 30 kB in", count, rounds, [kt, "produce", mine, "-l", file], { kcat: written })),
    ...(await beside("25,000 records of 30 kB out", count * rounds, rounds, [kt, "consume", mine, "--exit"], { kcat: kcatRead(mine) })),
  ];
}

/** What it holds does not grow with what goes through it. */
async function memory(file: string): Promise<Figure[]> {
  const twofold = join(work, "twofold.txt");
  for (let i = 0; i < 2; i++) appendFileSync(twofold, readFileSync(file));
  const held = async (name: string, stdin: string) => {
    const filled = await ready(name);
    const write = await run([kt, "produce", filled], { stdin });
    const read = await run([kt, "consume", filled, "--exit"], { stdout: "ignore" });
    return { in: write.peakMb, out: read.peakMb };
  };
  const [once, twice] = [await held("memory", file), await held("memory2", twofold)];
  const figure = (name: string, megabytes: number): Figure => ({ name: `memory at most, ${name}`, unit: "MB", better: "less", kt: [megabytes] });
  return [
    figure("a million lines in", once.in),
    figure("two million in", twice.in),
    figure("a million lines out", once.out),
    figure("two million out", twice.out),
  ];
}
