/** A cluster of three while four streams are emitted and twenty viewers watch: what happens to it on its worst days. */
import { OwnBroker } from "../e2e/support/broker.ts";
import { Crowd } from "../e2e/support/crowd.ts";
import { storedRuns, verdictOf } from "../e2e/support/exactly-once.ts";
import { eventually, ktOk, serve, startKt, uniqueName } from "../e2e/support/kt.ts";
import { cpuSeconds } from "../e2e/support/proc.ts";
import { Table } from "./table.ts";

const streams = 4;
const viewers = 20;
/** After the cluster's return. */
const mostResumeMs = 5000;
/** Of a core, by each of emitter and server, while a part of the cluster is away. */
const mostCores = 0.6;

interface Cluster {
  broker: OwnBroker;
  topic: string;
  leader(): Promise<number>;
  /** Until every partition has all three replicas in sync. */
  whole(): Promise<void>;
}

interface Day {
  name: string;
  /** Does it, and returns when the cluster is back. */
  fault(cluster: Cluster): Promise<void>;
  /** A cluster that goes on without the broken part: the longest that a viewer may be without a picture. */
  mostGapMs?: number;
}

export const clusterDays: Day[] = [
  {
    name: "leader killed",
    mostGapMs: 20_000,
    async fault({ broker, leader, whole }) {
      await broker.kill(await leader());
      await Bun.sleep(10_000);
      await broker.startAgain();
      await whole();
    },
  },
  {
    name: "all three rolled",
    mostGapMs: 20_000,
    async fault({ broker, whole }) {
      for (const node of [1, 2, 3]) {
        await broker.stop(node);
        await broker.startAgain();
        await whole();
      }
    },
  },
  {
    name: "two of three lost",
    async fault({ broker, leader }) {
      const first = await leader();
      const lost = [first, (first % 3) + 1];
      for (const node of lost) await broker.kill(node);
      await Bun.sleep(20_000);
      await broker.startAgain();
    },
  },
  { name: "leader hangs for 15 s", mostGapMs: 30_000, fault: (cluster) => hang(cluster, 15_000) },
  { name: "leader hangs for 75 s", mostGapMs: 30_000, fault: (cluster) => hang(cluster, 75_000) },
];

async function hang({ broker, leader, whole }: Cluster, ms: number): Promise<void> {
  const node = await leader();
  await broker.pause(node);
  try {
    await Bun.sleep(ms);
  } finally {
    await broker.resume(node);
  }
  await whole();
}

export async function clusterDay(day: Day, clip: string): Promise<Table> {
  const table = new Table(day.name);
  await using broker = await OwnBroker.start("--nodes", "3", "--set", "min.insync.replicas=2");
  const env = { KT_BROKERS: broker.address };
  const topic = uniqueName("days");
  await ktOk(["topic", "create", topic, "--partitions", "4", "--replication-factor", "3"], { env });
  const partitions = async () =>
    (JSON.parse((await ktOk(["topic", "describe", topic, "--json"], { env })).stdout) as { partitions: { leader: number; isr: number[] }[] }).partitions;
  const cluster: Cluster = {
    broker,
    topic,
    leader: async () => (await partitions())[0]?.leader ?? 1,
    whole: async () =>
      void (await eventually(async () => (await partitions().catch(() => [])).filter(({ isr }) => isr.length === 3).length === 4, "all in sync", 90_000)),
  };
  const inputs = Array.from({ length: streams }, (_, i) => `cam${i}=${clip}`);
  await using emitter = startKt(["emit-video", ...inputs, "--loop", "--codec", "mjpeg", "--topic", topic], { env });
  await using served = await serve(broker.address);
  await eventually(async () => (await (await fetch(`${served.url}/topics/${topic}`)).text()).split('"key":').length > streams, "all streams are known", 60_000);
  using crowd = new Crowd(Array.from({ length: viewers }, (_, i) => `${served.url}/topics/${topic}/stream.mjpeg?key=cam${i % streams}&nosignal=0`));
  await crowd.more(20, 60_000);
  crowd.mark();

  const [beganMs, emitterBefore, serverBefore] = [performance.now(), cpuSeconds(emitter.pid), cpuSeconds(served.process.pid)];
  await day.fault(cluster);
  const resumeMs = await crowd.more(5, 60_000).catch(() => Number.POSITIVE_INFINITY);
  const seconds = (performance.now() - beganMs) / 1000;
  const cores = (pid: number, before: number) => (cpuSeconds(pid) - before) / seconds;
  const [emitterCores, serverCores] = [cores(emitter.pid, emitterBefore), cores(served.process.pid, serverBefore)];
  table.check("viewers have pictures again, after the cluster's return", `${(resumeMs / 1000).toFixed(1)} s`, resumeMs < mostResumeMs);
  const gapMs = Math.max(...crowd.viewers.map(({ longestGapMs }) => longestGapMs));
  table.check("the longest that a viewer had none", `${(gapMs / 1000).toFixed(1)} s`, gapMs < (day.mostGapMs ?? Number.POSITIVE_INFINITY));
  table.check("viewers still connected", crowd.connected, crowd.connected === viewers);
  table.check("cores of the emitter", emitterCores.toFixed(2), emitterCores < mostCores);
  table.check("cores of the server", serverCores.toFixed(2), serverCores < mostCores);
  await Bun.sleep(3000);

  const code = await emitter.stop(60_000);
  const reports = [...emitter.stderr.text.matchAll(/: (\d+) sent, (\d+) delivered, (\d+) failed/g)].map(([, ...counts]) => counts.map(Number));
  const [sent = 0, delivered = 0, failed = 0] = [0, 1, 2].map((column) => reports.reduce((sum, counts) => sum + (counts[column] ?? 0), 0));
  table.check(
    "emitter's report",
    `${sent} sent, ${delivered} delivered, ${failed} failed, exit code ${code}`,
    reports.length === streams && failed === 0 && code === 0,
  );
  const verdict = verdictOf(await storedRuns(topic, broker.address));
  const { frames, twice, doubled, disordered, missing } = verdict;
  if (doubled > 0) console.error(twice.slice(0, 20).join("\n"));
  table.check(
    "in the log",
    `${frames} frames, ${doubled} doubled, ${disordered} out of order, ${missing} missing`,
    frames === sent && doubled + disordered + missing === 0,
  );
  const code2 = await served.process.stop(10_000).catch(() => -1);
  table.check("server's exit code", code2, code2 === 0);
  const warnings = served.process.stderr.lines.filter((line) => /Warning|kt:/.test(line));
  table.check("lines in the server's log", warnings.length, warnings.length <= 5);
  if (warnings.length > 0) console.error(warnings.slice(0, 20).join("\n"));
  return table;
}
