import { writeSync } from "node:fs";

/** Text for stderr as it is. process.stderr would do, but what it is made of takes 3 ms of each start. */
export function writeError(text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(2, bytes, at);
    } catch (error) {
      // Whoever read it is gone: there is nobody left to tell.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
      // A pipe that its other owner made non-blocking is full.
      Bun.sleepSync(2);
    }
  }
}
