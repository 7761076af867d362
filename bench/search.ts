/**
 * A search through all of a log in kt serve, beside reading it all and grep: records of 100 B, by turns. Also when the first hit
 * comes, what the server holds in memory, and what others who ask the server meanwhile notice.
 */
import type { Figure, Measured } from "./report/figure.ts";
import { type Side, startKt } from "./serve/sides.ts";
import { brokers, byTurns, cpuSeconds, kt, median, percentile, residentMb, run } from "./support.ts";

const records = 2_000_000;
const rounds = 5;

interface Found {
  seconds: number;
  peakMb: number;
  /** Of the processor, by kt serve alone. */
  cpuSeconds: number;
}

export async function search(): Promise<Measured> {
  const topic = `bench-search-${process.pid}`;
  await using side = await startKt();
  await run([kt, "topic", "create", topic]);
  const lines = `seq ${records} | awk -v rest="$(head -c 83 /dev/zero | tr '\\0' x)" '{printf "%09d door-%d %s\\n", $1, $1 % 10, rest}'`;
  await run(["sh", "-c", `${lines} | "${kt}" produce ${topic}`]);
  const ofTopic = `${side.origin}/topics/${topic}`;
  const memoryBefore = residentMb(side.pid);

  /** Nothing stands where it is found: of all of the log, one. */
  const needle = `${String(records / 2).padStart(9, "0")} door`;
  const grep = (command: string) => async () => (await run(["sh", "-c", `${command} | grep -c '${needle}'`])).seconds;
  const found: Record<"contains" | "regex" | "key", Found[]> = { contains: [], regex: [], key: [] };
  const searching = (name: keyof typeof found, query: Record<string, string>) => async () => {
    const one = await searched(side, ofTopic, query);
    found[name].push(one);
    return one.seconds;
  };
  const took = await byTurns(rounds, {
    contains: searching("contains", { contains: needle }),
    regex: searching("regex", { regex: `${needle.slice(0, 8)}\\d door-(0|5)`, limit: "10000" }),
    key: searching("key", { key: "nobody" }),
    kt: grep(`"${kt}" consume ${topic} --exit`),
    kcat: grep(`kcat -C -b ${brokers()} -t ${topic} -e -q -o beginning`),
  });
  const rates = (seconds: number[]) => seconds.map((value) => records / value / 1e6);
  const figure = (name: string, kt: number[], other?: Figure["other"]): Figure => ({ name, unit: "million records/s", better: "more", kt, other });
  const ownSeconds = (name: keyof typeof found) => found[name].map((one) => one.cpuSeconds);
  const costs = (name: string, unit: string, ...kt: number[]): Figure => ({ name, unit, better: "less", kt });
  const peaks = Object.values(found).flatMap((all) => all.map(({ peakMb }) => peakMb));
  const firstHits = await firstHit(`${ofTopic}/search?${new URLSearchParams({ contains: "door-3", limit: "10" })}`);
  const alone = await answers(side, Bun.sleep(2000));
  const beside = await answers(side, searched(side, ofTopic, { contains: needle }));
  await run([kt, "topic", "delete", topic, "--yes"]);
  return {
    figures: [
      figure("a text that is there once", rates(took.contains), { name: "kt consume and grep", values: rates(took.kt) }),
      figure("a text that is there once", rates(took.contains), { name: "kcat and grep", values: rates(took.kcat) }),
      figure("a regular expression", rates(took.regex)),
      figure("a key", rates(took.key)),
      costs("processor time of kt serve, text", "s", ...ownSeconds("contains")),
      costs("processor time of kt serve, regular expression", "s", ...ownSeconds("regex")),
      costs("the first of many hits", "ms", ...firstHits),
      costs("memory of kt serve before", "MB", memoryBefore),
      costs("memory of kt serve at most", "MB", Math.max(...peaks)),
      costs("GET /topics, slowest twentieth", "ms", percentile(alone, 95)),
      costs("GET /topics while a search goes on, slowest twentieth", "ms", percentile(beside, 95)),
      costs("GET /topics while a search goes on, median", "ms", median(beside)),
    ],
    remarks: [`${records / 1e6} million records of 100 B.`],
  };
}

async function searched({ pid }: Side, ofTopic: string, query: Record<string, string>): Promise<Found> {
  const [began, cpuBegan] = [performance.now(), cpuSeconds(pid)];
  const response = await fetch(`${ofTopic}/search?${new URLSearchParams(query)}`);
  let [text, peakMb] = ["", 0];
  for await (const chunk of (response.body as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    peakMb = Math.max(peakMb, residentMb(pid));
  }
  const { end } = JSON.parse(text.trimEnd().split("\n").at(-1) ?? "") as { end: { records: number } };
  if (end.records !== records) throw new Error(`looked at ${end.records} of ${records} records`);
  return { seconds: (performance.now() - began) / 1000, peakMb, cpuSeconds: cpuSeconds(pid) - cpuBegan };
}

/** How long GET /topics takes, asked ten times a second, ms. */
async function answers({ origin }: Side, until: Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let ended = false;
  const end = until.finally(() => (ended = true));
  while (!ended) {
    const began = performance.now();
    await (await fetch(`${origin}/topics`)).arrayBuffer();
    times.push(performance.now() - began);
    await Bun.sleep(100);
  }
  await end;
  return times;
}

async function firstHit(url: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    const reader = (await fetch(url)).body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; !text.includes('"record"'); ) text += (await reader?.read())?.value ?? "";
    times.push(performance.now() - began);
    await reader?.cancel();
  }
  return times;
}
