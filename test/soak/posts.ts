/** 10,000 records a second by POST while the leader of some of them is killed: none that was acknowledged may be lost. */
import { OwnBroker } from "../e2e/support/broker.ts";
import { eventually, ktOk } from "../e2e/support/kt.ts";
import { cpuSeconds, memoryMb } from "../e2e/support/proc.ts";
import { lines, serveTaking } from "../e2e/support/taking.ts";
import { Table } from "./table.ts";

const connections = 20;
const recordsPerSecond = 10_000;
/** Of 100 bytes. */
const recordsInRequest = 250;
const everyMs = (1000 * connections * recordsInRequest) / recordsPerSecond;
/** While the leader is there, before and after. */
const quietSeconds = 10;
const mostAwayMs = 30_000;
/** It asks for as much as that without being slowed down by others that the machine works for. */
const leastPart = 0.95;

export async function posts(): Promise<Table> {
  const table = new Table("10,000 POSTed records a second");
  await using broker = await OwnBroker.start("--nodes", "3", "--set", "min.insync.replicas=2");
  const env = { KT_BROKERS: broker.address };
  await ktOk(["topic", "create", "posted", "--partitions", "6", "--replication-factor", "3"], { env });
  await using served = await serveTaking(["--allow-produce", "posted"], broker.address);
  const acknowledged = new Set<string>();
  const statuses = new Map<number, number>();
  const timesMs: number[] = [];
  let going = true;
  let lastMs = performance.now();
  let longestGapMs = 0;
  const post = async (values: string[]): Promise<boolean> => {
    const body = values.map((value) => `{"value":"${value}"}\n`).join("");
    const beganMs = performance.now();
    const answer = await served.post("posted", body, lines);
    await answer.text();
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    if (!answer.ok) return false;
    timesMs.push(performance.now() - beganMs);
    longestGapMs = Math.max(longestGapMs, performance.now() - lastMs);
    lastMs = performance.now();
    for (const value of values) acknowledged.add(value);
    return true;
  };
  /** By the clock; what was not acknowledged is sent again until it is. */
  const writers = Array.from({ length: connections }, async (_, writer) => {
    let dueMs = performance.now() + (everyMs * writer) / connections;
    for (let count = 0; going; dueMs += everyMs) {
      await Bun.sleep(Math.max(0, dueMs - performance.now()));
      const values = Array.from({ length: recordsInRequest }, () => `${writer}-${count++}`.padEnd(100, "."));
      while (!(await post(values)) && going) await Bun.sleep(500);
    }
  });
  const rate = async () => {
    const [before, beganMs, cpuBefore] = [acknowledged.size, performance.now(), cpuSeconds(served.process.pid)];
    await Bun.sleep(quietSeconds * 1000);
    const seconds = (performance.now() - beganMs) / 1000;
    return { perSecond: (acknowledged.size - before) / seconds, cores: (cpuSeconds(served.process.pid) - cpuBefore) / seconds };
  };
  await eventually(() => acknowledged.size > recordsPerSecond, "they are acknowledged", 60_000);
  const before = await rate();
  table.check("acknowledged a second", before.perSecond.toFixed(0), before.perSecond >= recordsPerSecond * leastPart);
  const sorted = timesMs.toSorted((a, b) => a - b);
  const at = (part: number) => `${(sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(1)} ms`;
  table.check(`a request of ${recordsInRequest} records, median and p99`, `${at(0.5)}, ${at(0.99)}`, true);
  table.check("cores of kt serve", before.cores.toFixed(2), true);

  const leader = (JSON.parse((await ktOk(["topic", "describe", "posted", "--json"], { env })).stdout) as { partitions: { leader: number }[] }).partitions[0]
    ?.leader;
  longestGapMs = 0;
  const killed = acknowledged.size;
  await broker.kill(leader ?? 1);
  await eventually(() => acknowledged.size > killed + recordsPerSecond * quietSeconds, "they are acknowledged without the leader", 120_000);
  table.check("the longest that none was acknowledged", `${(longestGapMs / 1000).toFixed(1)} s`, longestGapMs < mostAwayMs);
  going = false;
  await Promise.all(writers);
  table.check("answers, by status", [...statuses].map(([status, count]) => `${status}: ${count}`).join(", "), true);
  table.check("memory of kt serve at most", `${memoryMb(served.process.pid, "VmHWM").toFixed(0)} MB`, true);

  const { stdout } = await ktOk(["consume", "posted", "--exit"], { env, timeoutMs: 120_000 });
  const stored = stdout.split("\n").filter(Boolean);
  const there = new Set(stored);
  const lost = [...acknowledged].filter((value) => !there.has(value)).length;
  table.check("acknowledged, and lost", `${acknowledged.size}, ${lost}`, lost === 0);
  // What was answered 503 may be there, and is sent again by who wants it to be.
  table.check("stored more than once", stored.length - there.size, true);
  return table;
}
