/** argv in, exit code out. The only process.exit of kt. */
import { run } from "./cli/cli.ts";
import { KtError } from "./errors.ts";
import { hideSecrets } from "./secrets.ts";
import { listenForSignals } from "./terminal/shutdown.ts";
import { writeError } from "./terminal/stderr.ts";
import { PipeClosed } from "./terminal/stdout.ts";
import { clearProgress, red } from "./terminal/terminal.ts";

async function main(argv: string[]): Promise<number> {
  try {
    await run(argv);
    return 0;
  } catch (thrown) {
    clearProgress();
    if (thrown instanceof PipeClosed) return 0;
    const error = KtError.from(thrown);
    writeError(`${red("kt:")} ${hideSecrets(error.sentence)}\n`);
    if (argv.includes("--debug")) writeError(hideSecrets(`${error.stack}\n${error.cause instanceof Error ? `caused by ${error.cause.stack}\n` : ""}`));
    return error.exitCode;
  }
}

listenForSignals(() => process.exit(1));
process.exit(await main(process.argv.slice(2)));
