/** The memory of kt serve with twenty viewers for five minutes, and what its processor time is. */
import { cpuSeconds, kt, report, residentMb, run, testClip } from "./support.ts";

const viewers = 20;
const minutes = Number(process.argv[2] ?? 5);
const clip = await testClip();
const topic = `bench-serve-${process.pid}`;
await run([kt, "topic", "create", topic, "--config", "retention.bytes=500000000", "--config", "segment.bytes=100000000"]);
const port = 20_000 + (process.pid % 20_000);
const server = Bun.spawn([kt, "serve", "--port", String(port)], { stdout: "ignore", stderr: "ignore", env: process.env });
const emitter = Bun.spawn([kt, "emit-video", clip, "--topic", topic, "--loop"], { stdout: "ignore", stderr: "ignore", env: process.env });
const stopped = new AbortController();
let bytes = 0;

async function view(): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/topics/${topic}/stream.mjpeg`, { signal: stopped.signal });
  for await (const chunk of response.body ?? []) bytes += chunk.length;
}
try {
  await Bun.sleep(3000);
  const idleMb = residentMb(server.pid);
  const views = Array.from({ length: viewers }, () => view().catch(() => {}));
  const memory: number[] = [];
  const cpuBefore = cpuSeconds(server.pid);
  for (let second = 0; second < minutes * 60; second += 15) {
    await Bun.sleep(15_000);
    memory.push(residentMb(server.pid));
  }
  const seconds = minutes * 60;
  const cpu = (cpuSeconds(server.pid) - cpuBefore) / seconds;
  report(
    `kt serve, ${viewers} viewers of 720p30, ${minutes} minutes: ${idleMb.toFixed(0)} MB before, ${memory[0]?.toFixed(0)} MB after 15 s, ${memory.at(-1)?.toFixed(0)} MB at the end, ${Math.max(...memory).toFixed(0)} MB at most; ${(bytes / seconds / 1e6).toFixed(0)} MB/s sent; ${(cpu * 100).toFixed(0)} % of a core`,
  );
  stopped.abort();
  await Promise.all(views);
} finally {
  for (const child of [emitter, server]) child.kill("SIGINT");
  await Promise.all([emitter.exited, server.exited]);
}
