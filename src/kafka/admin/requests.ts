/** How an admin request of the extension is made: as a promise that fails with a KtError. */
import { KtError } from "../../errors.ts";
import { codes, explainCode } from "../explain.ts";

export const requestTimeoutMs = 10_000;
/** A broker that has just come makes the topic in which groups are kept first: on a busy machine that takes seconds. */
const settleTimeoutMs = 15_000;

export type TextsCallback = (error: Error | null, texts: string[]) => void;

/** The extension's failures come as "code: sentence". `doing` names the request: "creating topic 'a'". */
export function request(doing: string, call: (timeoutMs: number, callback: TextsCallback) => void): Promise<string[]> {
  return new Promise((resolve, reject) => {
    call(requestTimeoutMs, (error, texts) => {
      const parts = error && /^(-?\d+): (.*)$/s.exec(error.message);
      if (error) reject(explainCode(parts ? Number(parts[1]) : codes.invalidArgument, parts?.[2] ?? error.message, doing));
      else resolve(texts);
    });
  });
}

/** Asks again while the broker says that it is not ready yet. */
export async function untilSettled<T>(ask: () => Promise<T>): Promise<T> {
  for (const deadlineMs = performance.now() + settleTimeoutMs; ; await Bun.sleep(200)) {
    try {
      return await ask();
    } catch (error) {
      const passes = error instanceof KtError && error.retryable && error.code === "kafka";
      if (!passes || performance.now() > deadlineMs) throw error;
    }
  }
}
