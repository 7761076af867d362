/** argv in, exit code out. The only process.exit of kt. */
import { run } from "./cli/cli.ts";
import { KtError } from "./errors.ts";
import { listenForSignals } from "./terminal/shutdown.ts";
import { PipeClosed } from "./terminal/stdout.ts";
import { clearProgress, tellFailure } from "./terminal/terminal.ts";

async function main(argv: string[]): Promise<number> {
  try {
    await run(argv);
    return 0;
  } catch (thrown) {
    clearProgress();
    if (thrown instanceof PipeClosed) return 0;
    const error = KtError.from(thrown);
    tellFailure(error, argv.includes("--debug"));
    return error.exitCode;
  }
}

listenForSignals(() => process.exit(1));
process.exit(await main(process.argv.slice(2)));
