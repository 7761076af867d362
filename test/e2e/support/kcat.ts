/** kcat, with the shared broker: the judge of what kt should print and send. */
import { brokers } from "./kt.ts";
import { type Finished, type RunOptions, run } from "./process.ts";

export async function kcat(args: string[], options: RunOptions = {}): Promise<Finished> {
  const finished = await run(["kcat", "-b", brokers, "-q", ...args], { ...options, env: { KCAT_CONFIG: undefined, ...options.env } });
  if (finished.code !== 0) throw new Error(`kcat ${args.join(" ")} ended with ${finished.code}: ${finished.stderr}`);
  return finished;
}
