/** Sixteen cameras of 720p25, passed through in real time by one kt: memory, processor time, lateness. */
import { readFileSync } from "node:fs";
import { childrenOf } from "./processes.ts";
import type { Figure, Measured } from "./report/figure.ts";
import { brokers, cpuSeconds, kt, residentMb, testClip } from "./support.ts";

const count = 16;
const seconds = 15;

export async function cameras(): Promise<Measured> {
  const clip = await testClip({ source: "mandelbrot", rate: 25, seconds: 20 });
  const inputs = Array.from({ length: count }, (_, i) => `cam${i}=${clip}`);
  const child = Bun.spawn([kt, "emit-video", ...inputs, "--loop", "--topic", `bench-cameras-${process.pid}`, "--stats", "json"], {
    stdout: "ignore",
    stderr: "pipe",
    env: { ...process.env, KT_BROKERS: brokers() },
  });
  const log = new Response(child.stderr).text();
  await Bun.sleep(5000);
  const before = cpuSeconds(child.pid);
  const memory: number[] = [];
  for (let second = 0; second < seconds; second += 5) {
    await Bun.sleep(5000);
    memory.push(residentMb(child.pid));
  }
  const cpuMs = ((cpuSeconds(child.pid) - before) / seconds) * 1000;
  const ffmpegMb = childrenOf(child.pid).reduce((sum, pid) => sum + ownMb(pid), 0);
  child.kill("SIGINT");
  await child.exited;
  const text = await log;
  const last = JSON.parse(text.split("\n").findLast((line) => line.startsWith("{")) ?? "{}") as { failed: number; dropped: number };
  const drifts = [...text.matchAll(/drift (-?[\d.]+) ms/g)].map((match) => Math.abs(Number(match[1])));
  const figure = (name: string, unit: string, ...values: number[]): Figure => ({
    name: `${count} cameras of 720p25 passed through, ${name}`,
    unit,
    better: "less",
    kt: values,
  });
  return {
    figures: [
      figure("processor time of kt", "ms/s", cpuMs),
      figure("memory of kt, by time", "MB", ...memory),
      figure("memory of its ffmpegs", "MB", ffmpegMb),
      figure("frames that failed", "frames", last.failed),
      figure("frames left out", "frames", last.dropped),
      ...(drifts.length > 0 ? [figure("drift at most", "ms", Math.max(...drifts))] : []),
    ],
  };
}

/** What a process does not share with others of its kind. */
function ownMb(pid: number): number {
  return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1000;
}
