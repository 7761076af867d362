/** Thousands that connect and send a byte a second of a request that never ends: nobody else is to notice. */
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { OwnBroker } from "../e2e/support/broker.ts";
import { Crowd } from "../e2e/support/crowd.ts";
import { eventually, serve, startKt } from "../e2e/support/kt.ts";
import { cpuSeconds, descriptors, memoryMb } from "../e2e/support/proc.ts";
import { Health } from "./health.ts";
import { Table } from "./table.ts";

const wanted = 10_000;
/** Of descriptors, that this process and the server have for other things. */
const spare = 500;
const viewers = 20;
const pictureRate = 10;
const seconds = 60;
const ticksPerSecond = 100;
const leastPart = 0.8;
/** Some are always between two connections. */
const mostOpenPart = 0.95;
/** Of the server, for the connections of others. */
const moreDescriptors = 20;
const mostHealthMs = 100;
const mostMb = 300;

export async function slow(): Promise<Table> {
  const count = Math.min(wanted, mostDescriptors() - spare);
  const table = new Table(`${count.toLocaleString("en")} slow connections`);
  await using broker = await OwnBroker.start();
  const size = ["--size", "320x240", "--fps", String(pictureRate), "--codec", "mjpeg", "--topic", "camera"];
  await using _camera = startKt(["emit-video", "door=testsrc", ...size], { env: { KT_BROKERS: broker.address } });
  await using served = await serve(broker.address);
  const { pid } = served.process;
  await eventually(async () => (await fetch(`${served.url}/topics/camera/frame`)).ok, "the camera is there", 60_000);
  const before = descriptors(pid);

  const sockets = new Set<Socket>();
  const { hostname, port } = new URL(served.url);
  let open = 0;
  let closed = 0;
  const begin = () => {
    const socket = connect({ host: hostname, port: Number(port) }, () => {
      open++;
      socket.write(`GET /topics/camera/frame HTTP/1.1\r\nHost: ${hostname}:${port}\r\nX-Slow: `);
    });
    socket
      .on("error", () => {})
      .on("close", () => {
        sockets.delete(socket);
        open--;
        closed++;
      });
    sockets.add(socket);
  };
  // A few at a time: this process measures, too. Those that the server has closed come again.
  let turn = sockets.values();
  const timer = setInterval(() => {
    for (let i = 0; i < count / ticksPerSecond; i++) {
      if (sockets.size < count) begin();
      const { value } = turn.next();
      if (value) value.write("x");
      else turn = sockets.values();
    }
  }, 1000 / ticksPerSecond);
  try {
    await eventually(
      () => open >= count * mostOpenPart,
      () => `${open} of ${count} are connected`,
      120_000,
    );
    // Those come after them.
    using crowd = new Crowd(Array.from({ length: viewers }, () => `${served.url}/topics/camera/stream.mjpeg?nosignal=0`));
    await crowd.more(3, 60_000);
    const health = new Health(`${served.url}/healthz`);
    const [pictures, beganMs, cpuBefore] = [crowd.viewers.map((viewer) => viewer.pictures), performance.now(), cpuSeconds(pid)];
    await Bun.sleep(seconds * 1000);
    const took = (performance.now() - beganMs) / 1000;
    health.stop();
    const least = Math.min(...crowd.viewers.map((viewer, i) => (viewer.pictures - (pictures[i] ?? 0)) / took));
    table.check("connected at the end, and closed by the server meanwhile", `${open}, ${closed}`, open >= count * leastPart);
    table.check("pictures a second of a viewer beside them, the least", `${least.toFixed(1)} of ${pictureRate}`, least >= pictureRate * leastPart);
    table.check("slowest answer of /healthz", `${health.slowestMs.toFixed(0)} ms`, health.slowestMs < mostHealthMs);
    table.check("memory of the server", `${memoryMb(pid).toFixed(0)} MB`, memoryMb(pid) < mostMb);
    table.check("its cores", ((cpuSeconds(pid) - cpuBefore) / took).toFixed(2), true);
  } finally {
    clearInterval(timer);
    for (const socket of sockets) socket.destroy();
  }
  await eventually(
    () => descriptors(pid) <= before + moreDescriptors,
    () => `${descriptors(pid)} descriptors, ${before} before`,
    30_000,
  );
  table.check("its descriptors, when they have gone", descriptors(pid), true);
  const code = await served.process.stop(10_000).catch(() => -1);
  table.check("server's exit code", code, code === 0);
  return table;
}

/** That a process may have. */
function mostDescriptors(): number {
  return Number(/Max open files\s+(\d+)/.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? 1024);
}
