/** The body of a request, whole and bounded: nothing of one that breaks off is taken. */
import type { Budget, Holding } from "./budget.ts";
import { Refused } from "./refused.ts";

/** A body that brings nothing for so long is given up, */
const mostSilentMs = 10_000;
/** and so is one that is slower than that, once it had so long to begin. */
const leastBytesPerMs = 1;
const patienceMs = 30_000;
const watchMs = 1000;

/**
 * Whose connection may stay open: nothing of the body is still to come, or what is may come, and is passed over. To close
 * it while a client still sends is to reset it, and many a client then never sees the answer.
 */
const staying = new WeakSet<Request>();
export const mayStay = (request: Request) => staying.has(request);

export interface BodyLimits {
  mostBytes: number;
  budget: Budget;
  /** Grows by what comes. */
  holding: Holding;
}

/** @throws Refused 408, 413, 415 or 429 */
export async function readBody(request: Request, { mostBytes, budget, holding }: BodyLimits): Promise<Buffer> {
  const { headers } = request;
  const coding = headers.get("content-encoding") ?? "identity";
  if (coding !== "identity") throw new Refused(415, `A body that is packed by ${coding.slice(0, 40)} is not taken: send it as it is.`);
  const tooLarge = () => new Refused(413, `A request may write ${mostBytes} bytes, and this one is larger: send it in several (or kt serve --max-body).`);
  const declared = Number(headers.get("content-length") ?? 0);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const reader = (request.body ?? new Blob().stream()).getReader();
  const beganMs = performance.now();
  let lastMs = beganMs;
  let late = false;
  const watch = setInterval(() => {
    const nowMs = performance.now();
    late = nowMs - lastMs > mostSilentMs || nowMs - beganMs > patienceMs + bytes / leastBytesPerMs;
    // What is waited for then is told to be the end.
    if (late) void reader.cancel().catch(() => {});
  }, watchMs);
  try {
    if (declared > mostBytes) throw tooLarge();
    // What cannot be held in the end is not begun.
    if (!budget.hasRoom(declared)) throw full(budget);
    for (;;) {
      const piece = await reader.read();
      if (late) throw new Refused(408, "The body comes too slowly: nothing of it was written.");
      if (piece.done) break;
      bytes += piece.value.length;
      lastMs = performance.now();
      if (bytes > mostBytes) throw tooLarge();
      if (!holding.grow(piece.value.length)) throw full(budget);
      pieces.push(piece.value);
    }
  } catch (error) {
    void drain(reader);
    if (error instanceof Refused && error.status !== 408) staying.add(request);
    if (error instanceof Refused) throw error;
    throw new Refused(400, "The body broke off: nothing of it was written.");
  } finally {
    clearInterval(watch);
  }
  staying.add(request);
  return Buffer.concat(pieces);
}

/** Reads on until the answer is sent: after that Bun passes over what comes. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // the answer is sent, or the client has gone
  }
}

export function full({ most }: Budget): Refused {
  return Refused.later(`As much waits for Kafka as may (${most} bytes): nothing of this was written. Send it again in a moment.`, 1000);
}
