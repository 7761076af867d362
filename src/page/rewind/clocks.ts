/** The clock of each stream: its own, or where all go together one for all. */
import { cell } from "../parts/cell.ts";
import { PlayClock } from "./clock.ts";

export class Clocks {
  /** All streams show the same time of the log. */
  readonly together = cell(false);
  readonly shared = new PlayClock();
  /** Counts what became of any of them, other than the passing of time. */
  readonly changes = cell(0);
  readonly #own = new Map<string, PlayClock>();
  readonly #begin: (clock: PlayClock, topic: string, key: string) => void;

  /** @param begin sets a new clock to where its stream was left */
  constructor(begin: (clock: PlayClock, topic: string, key: string) => void) {
    this.#begin = begin;
    this.shared.changes.subscribe(() => this.#tell());
  }

  /** @returns the stream's clock, whether it goes together with the others or not */
  own(topic: string, key: string): PlayClock {
    const name = `${topic}/${key}`;
    const known = this.#own.get(name);
    if (known) return known;
    const clock = new PlayClock();
    this.#own.set(name, clock);
    clock.changes.subscribe(() => this.#changed(clock));
    this.#begin(clock, topic, key);
    return clock;
  }

  /** Those by which the streams go that are not at the live end. */
  notLive(streams: { topic: string; key: string }[]): PlayClock[] {
    return streams.map(({ topic, key }) => (this.together.get() ? this.shared : this.own(topic, key))).filter(({ live }) => !live);
  }

  join(): void {
    this.together.set(true);
    this.#tell();
  }

  /** Each stream goes on by itself from where all are. */
  part(nowMs: number): void {
    for (const clock of this.#own.values()) clock.follow(this.shared, nowMs);
    this.together.set(false);
    this.#tell();
  }

  /** Where a page begins with all together, they are where the first of them was left. */
  #changed(clock: PlayClock): void {
    const untouched = this.shared.changes.get() === 0;
    if (this.together.get() && untouched && !clock.live) this.shared.follow(clock, performance.now());
    this.#tell();
  }

  #tell(): void {
    this.changes.set(this.changes.get() + 1);
  }
}
