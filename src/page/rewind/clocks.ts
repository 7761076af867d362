/** The clock of each stream: its own, or where all go together one for all. */
import { cell } from "../cell.ts";
import { PlayClock } from "./clock.ts";

export class Clocks {
  /** All streams show the same time of the log. */
  readonly together = cell(false);
  readonly shared = new PlayClock();
  readonly #own = new Map<string, PlayClock>();
  readonly #begin: (clock: PlayClock, topic: string, key: string) => void;

  /** @param begin sets a new clock to where its stream was left */
  constructor(begin: (clock: PlayClock, topic: string, key: string) => void) {
    this.#begin = begin;
  }

  /** @returns the stream's clock, whether it goes together with the others or not */
  own(topic: string, key: string): PlayClock {
    const name = `${topic}/${key}`;
    const known = this.#own.get(name);
    if (known) return known;
    const clock = new PlayClock();
    this.#own.set(name, clock);
    this.#begin(clock, topic, key);
    return clock;
  }

  join(): void {
    this.together.set(true);
  }

  /** Each stream goes on by itself from where all are. */
  part(nowMs: number): void {
    for (const clock of this.#own.values()) clock.follow(this.shared, nowMs);
    this.together.set(false);
  }
}
