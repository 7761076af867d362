/** What the benchmarks share: commands timed side by side, and a report of ratios. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const root = new URL("..", import.meta.url).pathname;
export const kt = join(root, "dist/kt");
export const python = join(root, ".build/venv/bin/python3");

/** The broker to measure against; scripts/bench starts one. */
export function brokers(): string {
  const given = process.env.KT_BROKERS;
  if (!given) throw new Error("KT_BROKERS is not set: run this by scripts/bench");
  return given;
}

export const work = mkdtempSync(join(tmpdir(), "kt-bench-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

export interface Timing {
  seconds: number;
  stdout: string;
  /** The most memory that it held, in MB. */
  peakMb: number;
}

/** Runs a command to its end. @throws when it fails, with what it said */
export async function run(command: string[], options: { stdin?: string; stdout?: "pipe" | "ignore" } = {}): Promise<Timing> {
  const began = performance.now();
  const child = Bun.spawn(command, {
    stdin: options.stdin ? Bun.file(options.stdin) : "ignore",
    stdout: options.stdout ?? "pipe",
    stderr: "pipe",
    env: { ...process.env, KT_BROKERS: brokers() },
  });
  // Its usage of resources would count this process's memory, too, which it was a copy of at first.
  let peakMb = Number.NaN;
  const watch = setInterval(() => {
    peakMb = statusMb(child.pid, "VmHWM") ?? peakMb;
  }, 50);
  const [stdout, stderr, code] = await Promise.all([
    options.stdout === "ignore" ? "" : new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]).finally(() => clearInterval(watch));
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${stderr}`);
  return { seconds: (performance.now() - began) / 1000, stdout: stdout + stderr, peakMb };
}

export function median(values: number[]): number {
  return percentile(values, 50);
}

export function percentile(values: number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

/**
 * Measures several things by turns, so that a machine that slows down slows all of them.
 * @returns for each its measurements, in order
 */
export async function byTurns<Name extends string>(
  rounds: number,
  contenders: Record<Name, (round: number) => Promise<number>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) for (const name of names) results[name].push(await contenders[name](round));
  return results;
}

export function report(line: string): void {
  console.log(line);
}

/** What a process holds in memory now, in MB. */
export function residentMb(pid: number): number {
  return statusMb(pid, "VmRSS") ?? Number.NaN;
}

/** Undefined once it has ended. */
function statusMb(pid: number, field: "VmRSS" | "VmHWM"): number | undefined {
  try {
    const kilobytes = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1000;
  } catch {
    return undefined;
  }
}

/** A process's own processor time so far, without its children's, in seconds; the kernel counts in hundredths. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export interface ClipOptions {
  source?: string;
  size?: string;
  rate?: number;
  seconds?: number;
  /** Frames from one key frame to the next; otherwise two seconds. */
  gop?: number;
  bFrames?: number;
}

/** A moving test picture in H.264; twenty seconds of 720p30 unless told otherwise. */
export async function testClip({
  source = "testsrc2",
  size = "1280x720",
  rate = 30,
  seconds = 20,
  gop = rate * 2,
  bFrames = 0,
}: ClipOptions = {}): Promise<string> {
  const clip = join(work, `${source}-${size}-${rate}-${seconds}-${gop}-${bFrames}.mp4`);
  if (existsSync(clip)) return clip;
  const encoding = ["-c:v", "libx264", "-preset", "veryfast", "-bf", String(bFrames), "-g", String(gop), "-sc_threshold", "0", "-pix_fmt", "yuv420p"];
  await run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", `${source}=size=${size}:rate=${rate}`, "-t", String(seconds), ...encoding, clip]);
  return clip;
}
