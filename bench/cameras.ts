/** Sixteen cameras of 720p25, passed through in real time by one kt: memory, processor time, lateness. */
import { readdirSync, readFileSync } from "node:fs";
import { brokers, cpuSeconds, kt, report, residentMb, testClip } from "./support.ts";

const cameras = 16;
const seconds = Number(process.argv[2] ?? 60);
const clip = await testClip({ source: "mandelbrot", rate: 25, seconds: 24 });
const inputs = Array.from({ length: cameras }, (_, i) => `cam${i}=${clip}`);
const child = Bun.spawn([kt, "emit-video", ...inputs, "--loop", "--topic", `bench-cameras-${process.pid}`, "--stats", "json"], {
  stdout: "ignore",
  stderr: "pipe",
  env: { ...process.env, KT_BROKERS: brokers() },
});
const log = new Response(child.stderr).text();

const childrenOf = (pid: number) =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => statusOf(other).includes(`PPid:\t${pid}\n`));
function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return ""; // it has just ended
  }
}

await Bun.sleep(5000);
const before = cpuSeconds(child.pid);
const memory: number[] = [];
for (let second = 0; second < seconds; second += 5) {
  await Bun.sleep(5000);
  memory.push(residentMb(child.pid));
}
const cpu = (cpuSeconds(child.pid) - before) / seconds;
const ffmpegs = childrenOf(child.pid);
const ffmpegMb = ffmpegs.reduce((sum, pid) => sum + Number(/RssAnon:\s+(\d+)/.exec(statusOf(pid))?.[1] ?? 0) / 1000, 0);
child.kill("SIGINT");
await child.exited;
const text = await log;
const last = JSON.parse(text.split("\n").findLast((line) => line.startsWith("{")) ?? "{}") as {
  frames: number;
  delivered: number;
  failed: number;
  dropped: number;
};
const drifts = [...text.matchAll(/drift (-?[\d.]+) ms/g)].map((match) => Number(match[1]));
report(
  `${cameras} cameras of 720p25 passed through for ${seconds} s: ${last.frames} frames, ${last.failed} failed, ${last.dropped} dropped, drift ${Math.min(...drifts)} to ${Math.max(...drifts)} ms`,
);
report(
  `  kt: ${memory[0]?.toFixed(0)} MB at first, ${memory.at(-1)?.toFixed(0)} MB at the end, ${Math.max(...memory).toFixed(0)} MB at most; ${(cpu * 100).toFixed(0)} % of a core`,
);
report(`  its ${ffmpegs.length} ffmpegs: ${ffmpegMb.toFixed(0)} MB of their own`);
