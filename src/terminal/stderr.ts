/** Text for stderr, as it is. */
import { writeSync } from "node:fs";
import { poll, pollOut } from "./poll.ts";

/** PIPE_BUF: a pipe that has room takes so many bytes at once. */
const atOnceBytes = 4096;
let queues = false;

/**
 * What stderr takes at once is written at once. For the rest there is process.stderr, which waits without holding up
 * anything else, Ctrl-C least of all; but what it is made of takes 3 ms of each start, and most never need it.
 */
export function writeError(text: string): void {
  const bytes = Buffer.from(text);
  const written = queues || bytes.length > atOnceBytes || !(poll(2, pollOut) & pollOut) ? 0 : writeSome(bytes);
  if (written === bytes.length) return;
  // From now on all of it, or a later line would overtake this one.
  queues = true;
  process.stderr.write(bytes.subarray(written));
}

function writeSome(bytes: Buffer): number {
  try {
    return writeSync(2, bytes);
  } catch (error) {
    // Whoever read it is gone: there is nobody left to tell.
    return (error as NodeJS.ErrnoException).code === "EAGAIN" ? 0 : bytes.length;
  }
}
