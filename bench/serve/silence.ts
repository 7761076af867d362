/** A camera that was silent while others wrote a million records: what lies between costs next to nothing. */
import { join } from "node:path";
import type { Figure, Measured } from "../report/figure.ts";
import { cpuSeconds, kt, run, work } from "../support.ts";
import { jpegClip } from "./pictures.ts";
import { makeTopic, type Side, startKt } from "./sides.ts";

const others = 1_000_000;
const hourMs = 3_600_000;
const rounds = 5;

interface Took {
  ms: number;
  cpuMs: number;
}

export async function silence(): Promise<Measured> {
  const topic = await makeTopic("silence");
  const { beforeMs, gapMs } = await fill(topic);
  const picture = (side: Side, timeMs: number) => asked(side, `${side.origin}/topics/${topic}/frame?key=silent&at=${timeMs}`);
  const took = { beside: [] as Took[], first: [] as Took[], again: [] as Took[] };
  const throughMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Each server has just started, and knows nothing.
    await using side = await startKt();
    await Bun.sleep(2000);
    took.beside.push(await picture(side, beforeMs));
    took.first.push(await picture(side, gapMs));
    took.again.push(await picture(side, gapMs + hourMs / 2));
    throughMs.push((await run([kt, "consume", topic, "--key", "silent", "--json", "--exit"], { stdout: "ignore" })).seconds * 1000);
  }
  const other = { name: "kt consume --key, which reads all", values: throughMs };
  const figure = (name: string, all: Took[]): Figure => ({ name, unit: "ms", better: "less", kt: all.map(({ ms }) => ms), other });
  return {
    figures: [
      figure("a picture beside others of its stream", took.beside),
      figure("a picture before a gap of a million records, the first time", took.first),
      figure("and at another place of it", took.again),
      { name: "processor time of the first time", unit: "ms", better: "less", kt: took.first.map(({ cpuMs }) => cpuMs) },
    ],
  };
}

async function asked(side: Side, url: string): Promise<Took> {
  const [began, cpu] = [performance.now(), cpuSeconds(side.pid)];
  const response = await fetch(url);
  await response.bytes();
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const tookMs = performance.now() - began;
  return { ms: tookMs, cpuMs: (cpuSeconds(side.pid) - cpu) * 1000 };
}

/** A run three hours ago, hours of others, and a run that ends now. */
async function fill(topic: string): Promise<{ beforeMs: number; gapMs: number }> {
  await run([kt, "emit-video", `silent=${await jpegClip()}`, "--topic", `${topic}-once`, "--codec", "mjpeg", "--fast"]);
  const lines = (await run([kt, "consume", `${topic}-once`, "--json", "--exit"])).stdout.split("\n").filter((line) => line.startsWith("{"));
  const records = lines.map((line) => JSON.parse(line) as { timestamp: number });
  const [first, last] = [records[0]?.timestamp ?? 0, records.at(-1)?.timestamp ?? 0];
  const file = join(work, "silence.json");
  const writer = Bun.file(file).writer();
  const add = (record: object) => writer.write(`${JSON.stringify({ ...record, topic, partition: 0, offset: undefined })}\n`);
  for (const record of records) add({ ...record, timestamp: record.timestamp - 3 * hourMs });
  const fromMs = last - 3 * hourMs;
  for (let i = 0; i < others; i++) add({ key: `sensor ${i % 16}`, value: `{"value":${i}}`, timestamp: Math.floor(fromMs + ((first - fromMs) * i) / others) });
  for (const record of records) add(record);
  await writer.end();
  await run([kt, "produce", topic, "--json"], { stdin: file });
  return { beforeMs: fromMs - 1000, gapMs: fromMs + hourMs };
}
