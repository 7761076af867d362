/** What a process costs, as the kernel counts it. */
import { readdirSync, readFileSync } from "node:fs";

/** Processor time so far, without its children's; the kernel counts in hundredths. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name before it may have blanks and brackets in it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** What it holds in memory now, or held at most, in MB. */
export function memoryMb(pid: number, which: "VmRSS" | "VmHWM" = "VmRSS"): number {
  const [, kilobytes] = new RegExp(`${which}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1000;
}

export function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

export function threads(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).length;
}
