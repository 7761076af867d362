/**
 * A search through all of a log in kt serve, beside reading it all and grep: ten million records of 100 B, by turns. Also when the
 * first hit comes, what the server holds in memory, and what others who ask the server meanwhile notice.
 */
import { brokers, byTurns, cpuSeconds, kt, median, report, residentMb, run } from "./support.ts";

const records = Number(process.argv[2] ?? 10_000_000);
const rounds = Number(process.argv[3] ?? 3);
const topic = `bench-search-${process.pid}`;

const server = Bun.spawn([kt, "serve", "--port", "0"], { stdout: "ignore", stderr: "pipe", env: { ...process.env, KT_BROKERS: brokers() } });
const url = await addressOf(server.stderr);
await run([kt, "topic", "create", topic]);
const lines = `seq ${records} | awk -v rest="$(head -c 83 /dev/zero | tr '\\0' x)" '{printf "%09d door-%d %s\\n", $1, $1 % 10, rest}'`;
await run(["sh", "-c", `${lines} | "${kt}" produce ${topic}`]);
const ofTopic = `${url}/topics/${topic}`;

interface Found {
  seconds: number;
  firstHitMs: number;
  hits: number;
  peakMb: number;
  /** Of the processor, by kt serve alone. */
  cpuSeconds: number;
}

async function search(query: Record<string, string>): Promise<Found> {
  const began = performance.now();
  const cpuBegan = cpuSeconds(server.pid);
  const response = await fetch(`${ofTopic}/search?${new URLSearchParams(query)}`);
  let [text, firstHitMs, peakMb] = ["", Number.NaN, 0];
  for await (const chunk of (response.body as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (Number.isNaN(firstHitMs) && text.includes('"record"')) firstHitMs = performance.now() - began;
    peakMb = Math.max(peakMb, residentMb(server.pid));
  }
  const end = JSON.parse(text.trimEnd().split("\n").at(-1) ?? "").end as { records: number; hits: number };
  if (end.records !== records) throw new Error(`looked at ${end.records} of ${records} records`);
  return { seconds: (performance.now() - began) / 1000, firstHitMs, hits: end.hits, peakMb, cpuSeconds: cpuSeconds(server.pid) - cpuBegan };
}

const million = (seconds: number) => `${(records / seconds / 1e6).toFixed(2)} million records a second`;
/** Nothing stands where it is found: of all of the log, one. */
const needle = `${"0".repeat(9 - String(records / 2).length)}${records / 2} door`;
const grep = (command: string) => async () => (await run(["sh", "-c", `${command} | grep -c '${needle}'`])).seconds;
const found: Record<string, Found[]> = { contains: [], regex: [], key: [] };
const searching = (name: string, query: Record<string, string>) => async () => {
  const one = await search(query);
  found[name]?.push(one);
  return one.seconds;
};
const before = residentMb(server.pid);
const took = await byTurns(rounds, {
  contains: searching("contains", { contains: needle }),
  regex: searching("regex", { regex: `${needle.slice(0, 8)}\\d door-(0|5)`, limit: "10000" }),
  key: searching("key", { key: "nobody" }),
  kt: grep(`"${kt}" consume ${topic} --exit`),
  kcat: grep(`kcat -C -b ${brokers()} -t ${topic} -e -q -o beginning`),
});
report(`one text in ${records / 1e6} million records of 100 B: ${median(took.contains).toFixed(2)} s, ${million(median(took.contains))}`);
report(`  kt consume --exit | grep: ${median(took.kt).toFixed(2)} s, search is ${(median(took.kt) / median(took.contains)).toFixed(2)} times as fast`);
report(`  kcat -e | grep: ${median(took.kcat).toFixed(2)} s, search is ${(median(took.kcat) / median(took.contains)).toFixed(2)} times as fast`);
report(
  `by a regular expression: ${median(took.regex).toFixed(2)} s, ${million(median(took.regex))}; by a key: ${median(took.key).toFixed(2)} s, ${million(median(took.key))}`,
);
const cpu = (name: string) => `${median((found[name] ?? []).map((one) => one.cpuSeconds)).toFixed(1)} s`;
report(`processor time of kt serve: text ${cpu("contains")}, regular expression ${cpu("regex")}, key ${cpu("key")}`);
report(`the first hit of many: ${(await firstOf({ contains: "door-3", limit: "10" })).toFixed(0)} ms after it was asked for`);
const peaks = Object.values(found)
  .flat()
  .map(({ peakMb }) => peakMb);
report(`memory of kt serve: ${before.toFixed(0)} MB before, ${Math.max(...peaks).toFixed(0)} MB at most, ${residentMb(server.pid).toFixed(0)} MB after`);

/** How long GET /topics takes, asked ten times a second. */
async function answers(until: Promise<unknown>): Promise<string> {
  const times: number[] = [];
  let ended = false;
  until.then(() => (ended = true));
  while (!ended) {
    const began = performance.now();
    await (await fetch(`${url}/topics`)).arrayBuffer();
    times.push(performance.now() - began);
    await Bun.sleep(100);
  }
  times.sort((a, b) => a - b);
  return `${median(times).toFixed(1)} ms, ${times[Math.floor(times.length * 0.95)]?.toFixed(1)} ms for the slowest twentieth`;
}
report(`GET /topics alone: ${await answers(Bun.sleep(3000))}`);
report(`  while a search goes on: ${await answers(search({ contains: needle }))}`);
report(`  by a regular expression: ${await answers(search({ regex: "door-\\d x+y$" }))}`);

server.kill("SIGINT");
await server.exited;
await run([kt, "topic", "delete", topic, "--yes"]);

async function firstOf(query: Record<string, string>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 10; i++) {
    const began = performance.now();
    const reader = (await fetch(`${ofTopic}/search?${new URLSearchParams(query)}`)).body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; !text.includes('"record"'); ) text += (await reader?.read())?.value ?? "";
    times.push(performance.now() - began);
    await reader?.cancel();
  }
  return median(times);
}

async function addressOf(stderr: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const reader = stderr.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ; ) {
    text += (await reader.read()).value ?? "";
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
    if (address) return address;
  }
}
