/** On what, and with what, it was measured. */
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { chromiumPath } from "../serve/chromium.ts";

export const load = () => loadavg()[0] ?? 0;

/** "2 × Intel Xeon, 24 GB, Debian GNU/Linux 12, Linux 6.1" */
export function machine(): string {
  const system = /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "Linux";
  const all = cpus();
  return `${all.length} × ${all[0]?.model.trim() ?? "processor"}, ${Math.round(totalmem() / 1e9)} GB, ${system}, Linux ${release().split(".").slice(0, 2).join(".")}`;
}

export type Program = "kt" | "kafka" | "kcat" | "ffmpeg" | "chromium" | "opencv" | "kafka-python" | "go2rtc" | "grep";

/** What each says of itself. */
const asks: Record<Exclude<Program, "kafka">, { command: string[]; version: RegExp }> = {
  kt: { command: [new URL("../../dist/kt", import.meta.url).pathname, "--version"], version: /commit (\w+)/ },
  kcat: { command: ["kcat", "-V"], version: /Version (\S+)/ },
  ffmpeg: { command: ["ffmpeg", "-version"], version: /^ffmpeg version (\S+)/ },
  chromium: { command: [chromiumPath, "--version"], version: /Chrom(?:ium|e) .*?([\d.]+)/ },
  opencv: { command: [".build/venv/bin/python3", "-c", "import cv2; print(cv2.__version__)"], version: /(\S+)/ },
  "kafka-python": { command: [".build/venv/bin/python3", "-c", "import kafka; print(kafka.__version__)"], version: /(\S+)/ },
  go2rtc: { command: [process.env.GO2RTC ?? "", "--version"], version: /version (\S+)/ },
  grep: { command: ["grep", "--version"], version: /(\S+)$/m },
};

export function versionsOf(programs: Program[]): Record<string, string> {
  return Object.fromEntries(programs.filter((program) => program !== "go2rtc" || process.env.GO2RTC).map((program) => [program, versionOf(program)]));
}

export function versionOf(program: Program): string {
  // scripts/bench says which one it has started.
  if (program === "kafka") return process.env.KT_BENCH_KAFKA ?? "of KT_BROKERS";
  const { command, version } = asks[program];
  const { stdout, stderr } = Bun.spawnSync(command, { cwd: new URL("../../", import.meta.url).pathname });
  return version.exec(`${stdout}${stderr}`)?.[1] ?? "unknown";
}
