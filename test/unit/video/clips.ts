/** Clips made by ffmpeg for a test, in a folder of its own, and what ffprobe says about them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Clips {
  path(name: string): string;
  /** @param source lavfi's, such as testsrc2=duration=1 */
  make(name: string, source: string, ...options: string[]): Promise<string>;
  remove(): void;
}

export function openClips(): Clips {
  const folder = mkdtempSync(join(tmpdir(), "kt-clips-"));
  const path = (name: string) => join(folder, name);
  return {
    path,
    async make(name, source, ...options) {
      await output("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", source, ...options, path(name));
      return path(name);
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Each shown frame's time in microseconds, in order. */
export async function probeTimes(path: string): Promise<number[]> {
  const lines = await output("ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "frame=pts_time", "-of", "csv=p=0", path);
  return lines.match(/^\d+\.\d+/gm)?.map((seconds) => Number(seconds) * 1e6) ?? [];
}

export async function output(...command: string[]): Promise<string> {
  const child = Bun.spawn(command, { stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, exitCode] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
  return stdout;
}
