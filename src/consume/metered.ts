/** How far kt consume is, on a terminal that is not where the records go. */

import { rateText, showProgress } from "../terminal/meter.ts";
import { stderrIsTerminal, stdoutIsTerminal } from "../terminal/terminal.ts";
import type { ConsumeOutput } from "./print.ts";

/** The same output, with a progress line where stdout is a pipe or a file and stderr a terminal. */
export function metered(output: ConsumeOutput): ConsumeOutput {
  if (!stderrIsTerminal || stdoutIsTerminal) return output;
  let records = 0;
  const stop = showProgress((seconds) => rateText(records, seconds));
  return {
    closed: output.closed,
    keeps: output.keeps,
    passesOn: output.passesOn,
    counts: output.counts ?? false,
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
