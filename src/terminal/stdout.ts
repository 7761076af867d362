/** Data out of the process: each write waits until it is taken, so that a slow reader holds the source back. */
import { fstatSync, statSync, write, writeSync } from "node:fs";
import { KtError } from "../errors.ts";
import { poll, pollError } from "./poll.ts";

/** Thrown when the reader of the pipe has gone: the command ends well, as `| head` wants. */
export class PipeClosed extends Error {}

/** @throws PipeClosed */
export async function writeOut(bytes: Uint8Array): Promise<void> {
  const atOnce = await stdoutTakesAtOnce();
  for (let at = 0; at < bytes.length; ) {
    at += atOnce ? explaining(() => writeSync(1, bytes, at)) : await whenTaken((done) => write(1, bytes, at, bytes.length - at, null, done));
  }
}

/**
 * Has something else write to stdout, and tells of its failures as writeOut does.
 * @param write is told whether it may wait for the system here, or should leave that to another thread
 * @throws PipeClosed
 */
export async function passOut(write: (descriptor: number, here: boolean) => Promise<void>): Promise<void> {
  await write(1, await stdoutTakesAtOnce()).catch((error) => {
    throw explained(error);
  });
}

let takesAtOnce: boolean | undefined;

/**
 * Whether stdout is a file, or /dev/null: another thread that writes it, and tells this one, only takes the broker's turn
 * on a small machine. Signals and the clock have their turn here, where nothing else is waited for.
 */
async function stdoutTakesAtOnce(): Promise<boolean> {
  if (takesAtOnce === undefined) {
    const stats = fstatSync(1);
    takesAtOnce = stats.isFile() || (stats.isCharacterDevice() && stats.rdev === statSync("/dev/null").rdev);
  }
  if (takesAtOnce) await new Promise(setImmediate);
  return takesAtOnce;
}

/** How many bytes stdout took, once it took any. */
async function whenTaken(writing: (done: (error: Error | null, written: number) => void) => void): Promise<number> {
  for (;;) {
    try {
      return await new Promise<number>((resolve, reject) => writing((error, written) => (error ? reject(error) : resolve(written))));
    } catch (error) {
      // A pipe that its other owner made non-blocking is full.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw explained(error);
      await Bun.sleep(2);
    }
  }
}

function explaining<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explained(error);
  }
}

const hints: Record<string, string> = {
  ENOSPC: "Make room, or write to another disk.",
  EDQUOT: "Make room, or write to another disk.",
  EFBIG: "ulimit -f, or the file system, sets how large a file may be.",
  EIO: "",
};

function explained(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EPIPE") return new PipeClosed();
  const hint = code === undefined ? undefined : hints[code];
  if (hint !== undefined) return new KtError({ code: "bad_input", message: `stdout cannot be written: ${(error as Error).message}.`, hint, cause: error });
  return error;
}

/**
 * Aborts when whoever reads stdout has gone. A write would tell, but on a quiet topic there is none:
 * `kt consume TOPIC | head -1` would wait for the next record only to find nobody there.
 */
export function stdoutClosed(): AbortSignal {
  const closed = new AbortController();
  if (!fstatSync(1).isFIFO()) return closed.signal;
  const timer = setInterval(() => {
    if ((poll(1, 0) & pollError) === 0) return;
    clearInterval(timer);
    closed.abort();
  }, 200);
  timer.unref();
  return closed.signal;
}
