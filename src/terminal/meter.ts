/** How far a long pipe is, twice a second, on the terminal. */
import { clearProgress, progress, stderrIsTerminal } from "./terminal.ts";

const everyMs = 500;

/** Shows what `line` says, until the returned function is called. */
export function showProgress(line: (seconds: number) => string): () => void {
  if (!stderrIsTerminal) return () => {};
  const beganMs = performance.now();
  const timer = setInterval(() => progress(line((performance.now() - beganMs) / 1000)), everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    clearProgress();
  };
}

/** 12,345 records, 6,172 a second. */
export function rateText(records: number, seconds: number): string {
  return `${records.toLocaleString("en")} records, ${Math.round(records / Math.max(seconds, 0.001)).toLocaleString("en")} a second`;
}
