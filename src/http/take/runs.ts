/** The runs of streams whose pictures come one by one, each by a request of its own. */
import { randomBytes } from "node:crypto";
import type { Stream } from "../../video/frame.ts";

interface Run extends Stream {
  sequence: number;
  beganMs: number;
}

/** So many streams are remembered; who comes back after others is a new run. */
const mostRuns = 10_000;

export class Runs {
  readonly #runs = new Map<string, Run>();

  /** The next picture's place in the run of its stream. @param timestampMs when it was captured */
  next(topic: string, name: string, timestampMs: number): { stream: Stream; sequence: number; ptsUs: number } {
    const id = `${topic}/${name}`;
    const run = this.#runs.get(id) ?? { topic, name, run: newRun(), sequence: 0, beganMs: timestampMs };
    this.#runs.delete(id);
    this.#runs.set(id, run);
    for (const oldest of this.#runs.keys()) {
      if (this.#runs.size <= mostRuns) break;
      this.#runs.delete(oldest);
    }
    return { stream: run, sequence: run.sequence++, ptsUs: (timestampMs - run.beganMs) * 1000 };
  }
}

export const newRun = () => randomBytes(4).toString("hex");
