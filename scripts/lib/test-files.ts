/**
 * Runs test files side by side, each in a `bun test` of its own and with a Kafka that no file beside it sees: so many at
 * least, and up to so many where the machine has nothing else to do. What they print goes to stderr, a file at a time, and
 * at the end what took longest; to a file, what the failed ones printed; on stdout the counts of what passed, failed and
 * was skipped.
 *
 * usage: test-files.ts LEAST MOST FAILURES FILE…
 */
import { readFileSync } from "node:fs";
import { appendFile, mkdtemp, open, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** More than any file takes on a busy machine: what hangs is ended, and the others go on. */
const longestMs = 15 * 60_000;

/** Each kt serve looks at every topic that its broker has, so that what tests leave there makes the next ones slower. */
const filesPerBroker = 6;

const lastCallsShown = 150;

/**
 * Most of a test is waiting. Where so much of the processors' time is left over, another file is begun beside the others;
 * where less than that, one less.
 */
const manyIdle = 0.4;
const fewIdle = 0.1;
const idleLookMs = 5000;

/** An environment variable by which what a test file started is known. */
const mark = "KT_TEST_FILE";

interface Case {
  name: string;
  file: string;
  seconds: number;
  outcome: "passed" | "failed" | "skipped";
}

const [least, most, failures = "", ...queue] = process.argv.slice(2);
const root = new URL("../../", import.meta.url).pathname;
const work = await mkdtemp(join(tmpdir(), "kt-tests-"));
const running = new Set<Bun.Subprocess>();
const cases: Case[] = [];

let stopped = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    stopped = true;
    queue.length = 0;
    for (const child of running) child.kill("SIGKILL");
  });
let brokers = 0;
let working = 0;
let isBusy = false;
const workers: Promise<void>[] = [];
while (working < Number(least)) startWorker();
const watch = watchIdle((idle) => {
  isBusy = idle < fewIdle;
  if (queue.length > 0 && working < Number(idle > manyIdle ? most : least)) startWorker();
});
// More may come while it waits for those that are there.
for (let ended = 0; ended < workers.length; ended++) await workers[ended]?.catch(() => {});
clearInterval(watch);
await rm(work, { recursive: true, force: true });
for (const end of await Promise.allSettled(workers)) if (end.status === "rejected") throw end.reason;
if (stopped) process.exit(1);
report();

function startWorker(): void {
  working++;
  workers.push(takeFiles(join(work, `kafka-${brokers++}`)).finally(() => working--));
}

/** Tells now and then which part of the processors' time since the last time nobody used. */
function watchIdle(tell: (idle: number) => void): ReturnType<typeof setInterval> {
  const read = () => {
    const ticks = readFileSync("/proc/stat", "utf8").split("\n", 1)[0]?.trim().split(/\s+/).slice(1).map(Number) ?? [];
    return { idle: (ticks[3] ?? 0) + (ticks[4] ?? 0), all: ticks.reduce((sum, one) => sum + one, 0) };
  };
  let before = read();
  return setInterval(() => {
    const now = read();
    tell((now.idle - before.idle) / (now.all - before.all));
    before = now;
  }, idleLookMs);
}

async function takeFiles(data: string): Promise<void> {
  // The last that was begun is not the first to end: whichever is done with its file when the machine has become busy.
  const goesOn = () => queue.length > 0 && (!isBusy || working <= Number(least));
  while (goesOn()) {
    const address = await startKafka(data).catch((error) => {
      // The others end what they have begun.
      queue.length = 0;
      throw error;
    });
    try {
      for (let taken = 0; taken < filesPerBroker && goesOn(); taken++) await testFile(queue.shift() as string, address);
    } finally {
      await kafka("kill", data);
      await rm(data, { recursive: true, force: true });
    }
  }
}

async function startKafka(data: string): Promise<string> {
  for (let attempt = 1; ; attempt++)
    try {
      // Tests write records of long ago, which the broker would delete at its next look, 30 s after its start.
      return await kafka("start", data, "--set", "log.retention.check.interval.ms=3600000");
    } catch (error) {
      // Somebody else may have taken the port since it was chosen.
      await rm(data, { recursive: true, force: true });
      if (attempt === 3) throw error;
    }
}

async function kafka(action: string, data: string, ...options: string[]): Promise<string> {
  const child = Bun.spawn([`${root}scripts/kafka`, action, "--data", data, ...options], { stdin: "ignore", stderr: "inherit" });
  const address = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`scripts/kafka ${action} ended with ${child.exitCode}`);
  return address.trim();
}

async function testFile(file: string, brokers: string): Promise<void> {
  const begun = performance.now();
  const name = file.replaceAll("/", "-");
  const xml = join(work, `${name}.xml`);
  const log = join(work, `${name}.log`);
  // To a file, since a process that a test left behind would hold a pipe open.
  const output = await open(log, "w");
  const calls = join(work, `${name}.browser.log`);
  const child = Bun.spawn([process.execPath, "test", "--timeout", "120000", "--reporter=junit", `--reporter-outfile=${xml}`, file], {
    cwd: root,
    // What Chromium was asked, with times: of a test that hangs nothing else tells where.
    env: { ...process.env, KT_TEST_BROKERS: brokers, [mark]: xml, DEBUG: "pw:api", DEBUG_FILE: calls },
    stdio: ["ignore", output.fd, output.fd],
    timeout: longestMs,
    killSignal: "SIGKILL",
  });
  running.add(child);
  await child.exited;
  running.delete(child);
  await output.close();
  const left = await endMarked(xml);

  const found = casesOf(await readFile(xml, "utf8").catch(() => ""), file);
  // A file that does not load, and a Bun that crashes, fail without being in the report.
  if (child.exitCode !== 0 && !found.some(({ outcome }) => outcome === "failed"))
    found.push({ name: `(bun test ended with ${child.signalCode ?? child.exitCode})`, file, seconds: 0, outcome: "failed" });
  cases.push(...found);
  const seconds = (performance.now() - begun) / 1000;
  const processorSeconds = Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1e6;
  console.error(`== ${file}: ${seconds.toFixed(1)} s, ${processorSeconds.toFixed(1)} s of processor`);
  const printed = (await readFile(log, "utf8")).trim();
  console.error(printed);
  const lastCalls = (await readFile(calls, "utf8").catch(() => "")).trim().split("\n").slice(-lastCallsShown).join("\n");
  await appendFile(failures, failuresIn(printed, found, lastCalls));
  if (left.length > 0) console.error(`Ended what it left running: ${left.join("; ")}`);
}

/** What was printed of each test that failed: Bun does so before the line that tells how the test ended. */
function failuresIn(printed: string, found: Case[], lastCalls: string): string {
  const failed = found.filter(({ outcome }) => outcome === "failed");
  const told = printed.split(/^(?=\((?:pass|fail|skip|todo)\) )/m).flatMap((part, index, parts) => {
    if (!part.startsWith("(fail)")) return [];
    const [verdict] = part.split("\n", 1);
    return [`${parts[index - 1]?.slice(parts[index - 1]?.indexOf("\n")).trim()}\n${verdict}`];
  });
  if (failed.length === 0) return "";
  const asked = lastCalls && `\nthe last that a browser was asked in this file:\n${lastCalls}`;
  return `== failed in ${failed[0]?.file}\n${told.join("\n") || printed.slice(-4000)}${asked}\n`;
}

/** Ends what still runs of a file's processes, whatever group or parent they have by now. @returns their commands */
async function endMarked(value: string): Promise<string[]> {
  const ended: string[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name)))
    try {
      if (!(await readFile(`/proc/${pid}/environ`, "latin1")).split("\0").includes(`${mark}=${value}`)) continue;
      ended.push((await readFile(`/proc/${pid}/cmdline`, "latin1")).replaceAll("\0", " ").trim());
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It ended by itself just now, or is somebody else's.
    }
  return ended;
}

/** Of Bun's JUnit report. */
function casesOf(xml: string, file: string): Case[] {
  const entries = xml.matchAll(/<testcase name="([^"]*)"[^>]*? time="([\d.]+)"[^>]*?(?:\/>|>\s*<(failure|error|skipped))/g);
  return Array.from(entries, ([, name, seconds, child]) => ({
    name: unescaped(name as string),
    file,
    seconds: Number(seconds),
    outcome: child === undefined ? "passed" : child === "skipped" ? "skipped" : "failed",
  }));
}

function unescaped(text: string): string {
  const named: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code, name) => (code ? String.fromCodePoint(Number(code)) : (named[name] ?? whole)));
}

function report(): void {
  const line = ({ seconds, file, name }: Case) => `${seconds.toFixed(1).padStart(6)} s  ${file.replace("./test/", "")}: ${name}`;
  const slowest = cases.toSorted((a, b) => b.seconds - a.seconds).slice(0, 20);
  console.error(["== the slowest", ...slowest.map(line)].join("\n"));
  const count = (wanted: Case["outcome"]) => cases.filter(({ outcome }) => outcome === wanted).length;
  console.log(count("passed"), count("failed"), count("skipped"));
}
