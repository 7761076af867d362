/** How far a long pipe is, on a terminal that is not the pipe itself. */
import { clearProgress, progress, stderrIsTerminal, stdoutIsTerminal } from "../terminal.ts";
import type { ConsumeOutput } from "./consume-print.ts";

const everyMs = 500;

/** Shows what `line` says, twice a second, until the returned function is called. */
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

/** The same output, with a progress line where stdout is a pipe or a file and stderr a terminal. */
export function metered(output: ConsumeOutput): ConsumeOutput {
  if (!stderrIsTerminal || stdoutIsTerminal) return output;
  let records = 0;
  const stop = showProgress((seconds) => rateText(records, seconds));
  return {
    closed: output.closed,
    keeps: output.keeps,
    passesOn: output.passesOn,
    async write(batch) {
      await output.write(batch);
      records += batch.length;
    },
    async end() {
      stop();
      await output.end();
    },
    async discard() {
      stop();
      await output.discard();
    },
  };
}
