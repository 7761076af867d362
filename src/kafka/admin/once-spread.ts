/** A topic that somebody has just made: the brokers learn of it one after the other. */
import { KtError } from "../../errors.ts";

const againMs = 100;

/** Asks about it again where it is unknown, for so long. */
export async function onceSpread<Answer>(ask: () => Promise<Answer>, mostMs: number): Promise<Answer> {
  for (const endMs = performance.now() + mostMs; ; await Bun.sleep(againMs))
    try {
      return await ask();
    } catch (thrown) {
      if (KtError.from(thrown).code !== "unknown_topic" || performance.now() > endMs) throw thrown;
    }
}
