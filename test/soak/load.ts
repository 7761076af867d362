/** Many streams, many viewers, many pages, and those among them that do not read: what each gets, and what the server takes. */
import { connect, type Socket } from "node:net";
import { cpus, loadavg } from "node:os";
import { OwnBroker } from "../e2e/support/broker.ts";
import { Crowd } from "../e2e/support/crowd.ts";
import { storedRuns, verdictOf } from "../e2e/support/exactly-once.ts";
import { eventually, ktOk, serve, startKt, uniqueName } from "../e2e/support/kt.ts";
import { cpuSeconds, descriptors, memoryMb } from "../e2e/support/proc.ts";
import { Health } from "./health.ts";
import { SoakPage } from "./pages.ts";
import { Table } from "./table.ts";

export interface Load {
  name: string;
  streams: number;
  viewers: number;
  pages: number;
  /** Viewers that never read, that read a kilobyte a second, and that have closed their half of the connection: so many of each. */
  troubled: number;
  seconds: number;
}

const clipRate = 10;
/** A stream's viewers get so much of it, at the least. */
const leastPart = 0.8;
const settleMs = 10_000;
const tilesOfAPage = 4;
const mostHealthMs = 100;
/** From the first third of the time to the last. */
const mostGrowthMb = 40;
const mostGrowthDescriptors = 8;

/** @param clip of JPEG pictures, 10 a second */
export async function load({ name, streams, viewers, pages, troubled, seconds }: Load, clip: string): Promise<Table> {
  const table = new Table(name);
  await using broker = await OwnBroker.start(
    "--set",
    "log.retention.bytes=67108864",
    "--set",
    "log.segment.bytes=16777216",
    "--set",
    "log.retention.check.interval.ms=5000",
  );
  const env = { KT_BROKERS: broker.address };
  const topic = uniqueName("load");
  await ktOk(["topic", "create", topic, "--partitions", "4"], { env });
  const keys = Array.from({ length: streams }, (_, i) => `cam${i}`);
  await using emitter = startKt(["emit-video", ...keys.map((key) => `${key}=${clip}`), "--loop", "--codec", "copy", "--topic", topic], { env });
  await using served = await serve(broker.address);
  const { pid } = served.process;
  const known = async () => (await (await fetch(`${served.url}/topics/${topic}`)).text()).split('"key":').length - 1;
  await eventually(
    async () => (await known()) >= streams,
    () => `${streams} streams are known`,
    120_000,
  );

  const url = (i: number) => `${served.url}/topics/${topic}/stream.mjpeg?key=${keys[i % streams]}&nosignal=0`;
  const delaysMs: number[] = [];
  using crowd = new Crowd(
    Array.from({ length: viewers }, (_, i) => url(i)),
    (ms) => delaysMs.push(ms),
  );
  const walls = Array.from(
    { length: pages },
    (_, i) =>
      new SoakPage(
        served.url,
        topic,
        Array.from({ length: Math.min(tilesOfAPage, streams) }, (_, tile) => keys[(i + tile) % streams] as string),
      ),
  );
  const odd = troubledViewers(url, troubled);
  const health = new Health(`${served.url}/healthz`);
  try {
    if (viewers > 0) await crowd.more(3, 120_000);
    await eventually(() => walls.every(({ painted }) => painted.size >= Math.min(tilesOfAPage, streams)), "every tile of every page has a picture", 120_000);
    await Bun.sleep(settleMs);

    const before = crowd.viewers.map(({ pictures }) => pictures);
    const framesBefore = walls.map(({ frames }) => frames);
    delaysMs.length = 0;
    const samples: { mb: number; descriptors: number }[] = [];
    const [beganMs, cpuBefore] = [performance.now(), cpuSeconds(pid)];
    for (const endMs = beganMs + seconds * 1000; performance.now() < endMs; await Bun.sleep(1000))
      samples.push({ mb: memoryMb(pid), descriptors: descriptors(pid) });
    const took = (performance.now() - beganMs) / 1000;
    const cores = (cpuSeconds(pid) - cpuBefore) / took;

    if (viewers > 0) {
      const rates = crowd.viewers.map(({ pictures }, i) => (pictures - (before[i] as number)) / took).sort((a, b) => a - b);
      const least = rates[0] ?? 0;
      table.check("pictures a second of a viewer, the least", `${least.toFixed(1)} of ${clipRate}`, least >= clipRate * leastPart);
      const sorted = delaysMs.sort((a, b) => a - b);
      const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
      table.check("delay of a picture, median and p99", `${at(0.5).toFixed(0)} ms, ${at(0.99).toFixed(0)} ms`, at(0.5) < 1000);
      table.check("viewers still connected", crowd.connected, crowd.connected === viewers);
    }
    if (pages > 0) {
      const rates = walls.map(({ frames }, i) => (frames - (framesBefore[i] as number)) / took / Math.min(tilesOfAPage, streams)).sort((a, b) => a - b);
      table.check(
        "pictures a second of a page's tile, the least page",
        `${(rates[0] ?? 0).toFixed(1)} of ${clipRate}`,
        (rates[0] ?? 0) >= clipRate * leastPart,
      );
      const open = walls.filter(({ closed }) => closed === undefined).length;
      table.check("pages still connected", open, open === pages);
    }
    const third = Math.max(1, Math.floor(samples.length / 3));
    const mean = (of: "mb" | "descriptors", part: typeof samples) => part.reduce((sum, sample) => sum + sample[of], 0) / part.length;
    const [early, late] = [samples.slice(0, third), samples.slice(-third)];
    const grown = (of: "mb" | "descriptors") => mean(of, late) - mean(of, early);
    table.check(
      "memory of the server, first and last third",
      `${mean("mb", early).toFixed(0)} MB, ${mean("mb", late).toFixed(0)} MB`,
      grown("mb") < mostGrowthMb,
    );
    table.check(
      "its descriptors",
      `${mean("descriptors", early).toFixed(0)}, ${mean("descriptors", late).toFixed(0)}`,
      Math.abs(grown("descriptors")) < mostGrowthDescriptors,
    );
    table.check("its cores", cores.toFixed(2), true);
    // A machine that has other things to do gives late answers of its own.
    table.check("load of the machine, and its processors", `${(loadavg()[0] ?? 0).toFixed(1)}, ${cpus().length}`, true);
    table.check("slowest answer of /healthz", `${health.slowestMs.toFixed(0)} ms`, health.slowestMs < mostHealthMs);
  } finally {
    health.stop();
    for (const wall of walls) wall[Symbol.dispose]();
    for (const socket of odd) socket.destroy();
  }
  const emitted = await emitter.stop(60_000);
  table.check("emitter's exit code", emitted, emitted === 0);
  const { doubled, disordered } = verdictOf(await storedRuns(topic, broker.address));
  table.check("in the log", `${doubled} doubled, ${disordered} out of order`, doubled + disordered === 0);
  const code = await served.process.stop(10_000).catch(() => -1);
  table.check("server's exit code", code, code === 0);
  return table;
}

function troubledViewers(url: (i: number) => string, count: number): Socket[] {
  return Array.from({ length: count * 3 }, (_, i) => {
    const { hostname, port, pathname, search } = new URL(url(i));
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () => {
      const request = `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`;
      if (i % 3 === 2) socket.end(request);
      else socket.write(request);
    });
    socket.on("error", () => {});
    if (i % 3 === 2) return socket.on("data", () => {});
    socket.pause();
    // A read of what the kernel holds, now and then.
    if (i % 3 === 1) {
      const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : void socket.read(1024)), 1000);
    }
    return socket;
  });
}
