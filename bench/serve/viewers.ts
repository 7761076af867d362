/** Viewers in another process, so that their work is not measured with the server's, nor the bench's. */
import { cpuSeconds } from "../support.ts";

export interface Asked {
  urls: string[];
  /** Opened and never read. */
  stalled: string[];
}

export interface Counted {
  /** For each viewer. */
  pictures: number[];
  /** From the picture's timestamp to its last byte, all viewers together. */
  delaysMs: number[];
}

export interface Watched extends Counted {
  seconds: number;
  /** The server's own processor time meanwhile. */
  cpuSeconds: number;
  /** The viewers' process's. */
  viewersCpuSeconds: number;
}

const mostAnswerMs = 30_000;
const settleMs = 1500;

/** Lets viewers watch for some seconds, once all of them have a picture. */
export async function watch(pid: number, asked: Asked, seconds: number): Promise<Watched> {
  const ready = Promise.withResolvers<void>();
  const counted = Promise.withResolvers<Counted>();
  const child = Bun.spawn([process.execPath, new URL("viewers.worker.ts", import.meta.url).pathname, JSON.stringify(asked)], {
    stdout: "inherit",
    stderr: "inherit",
    ipc: (message) => (message === "ready" ? ready.resolve() : counted.resolve(message as Counted)),
  });
  try {
    await inTime(ready.promise, `not every viewer had a picture after ${mostAnswerMs / 1000} s`);
    await Bun.sleep(settleMs);
    const cpuBefore = cpuSeconds(pid);
    const viewersBefore = cpuSeconds(child.pid);
    const began = performance.now();
    child.send("begin");
    await Bun.sleep(seconds * 1000);
    const cpu = cpuSeconds(pid) - cpuBefore;
    const viewersCpu = cpuSeconds(child.pid) - viewersBefore;
    const elapsed = (performance.now() - began) / 1000;
    child.send("end");
    return { ...(await inTime(counted.promise, "the viewers' process does not answer")), seconds: elapsed, cpuSeconds: cpu, viewersCpuSeconds: viewersCpu };
  } finally {
    child.kill();
    await child.exited;
  }
}

function inTime<T>(promise: Promise<T>, problem: string): Promise<T> {
  const timer = Promise.withResolvers<never>();
  const timeout = setTimeout(() => timer.reject(new Error(problem)), mostAnswerMs);
  return Promise.race([promise, timer.promise]).finally(() => clearTimeout(timeout));
}
