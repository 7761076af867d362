/** Where a viewer was in each stream: in the browser, and under a group's name in Kafka, so that it is found from elsewhere too. */
import type { Spot } from "../../protocol/client-message.ts";
import type { Connection } from "../connection.ts";
import type { Moment } from "../moment.ts";
import { cell } from "../parts/cell.ts";
import { readStored, store } from "../parts/storage.ts";
import type { PlayClock } from "./clock.ts";
import { rates } from "./controls.ts";

const writeEveryMs = 1000;
const againMs = 2000;
const storageKey = (topic: string, key: string) => `kt.place/${topic}/${key}`;

interface Remembered {
  timeMs: number;
  playing: boolean;
  rate: number;
}

interface Watched {
  topic: string;
  key: string;
  clock: PlayClock;
  readonly shown: Spot | null;
}

export class Memory {
  /** Why the group's place is not known, and so not kept either. */
  readonly trouble = cell<string | null>(null);
  readonly #connection: Connection;
  readonly #group: string | null;
  readonly #moment: Moment | null;
  readonly #views = new Set<Watched>();
  /** The streams in which the group's place is known. */
  readonly #begun = new Set<string>();
  /** What the group was told last of each stream. */
  readonly #told = new Map<string, number>();

  /**
   * @param group the name of the viewer, where the address gives one
   * @param moment what a link points to
   */
  constructor(connection: Connection, group: string | null, moment: Moment | null) {
    this.#connection = connection;
    this.#group = group;
    this.#moment = moment;
    setInterval(() => this.#write(), writeEveryMs);
    addEventListener("pagehide", () => this.#write());
  }

  /** Sets a stream's clock to where it was left. */
  begin(clock: PlayClock, topic: string, key: string): void {
    const nowMs = performance.now();
    const linked = this.#linked(topic, key);
    if (typeof linked?.timeMs === "number") {
      clock.pause(linked.timeMs, nowMs);
      return;
    }
    if (this.#group !== null) void this.#beginGroup(this.#group, clock, topic, key);
    else {
      // Where it is not on the screen either, what has gone live is not found in the past again.
      clock.changes.subscribe(() => clock.live && store(storageKey(topic, key), undefined));
      const place = linked ? undefined : readPlace(topic, key);
      if (!place) return;
      clock.seek(place.timeMs, nowMs);
      clock.setRate(place.rate, place.timeMs, nowMs);
      if (!place.playing) clock.pause(place.timeMs, nowMs);
    }
  }

  /** What the link says of a stream; one that names no stream is of the first that is asked for. */
  #linked(topic: string, key: string): Moment | null {
    if (this.#moment?.topic !== topic) return null;
    this.#moment.key ??= key;
    return this.#moment.key === key ? this.#moment : null;
  }

  /** Keeps where this view is, until it is closed. @returns the way to stop */
  keep(view: Watched): () => void {
    this.#views.add(view);
    return () => {
      this.#writeOne(view);
      this.#views.delete(view);
    };
  }

  async #beginGroup(group: string, clock: PlayClock, topic: string, key: string): Promise<void> {
    try {
      const timeMs = await this.#connection.groupPlace(group, topic, key);
      if (timeMs !== null && clock.live) clock.seek(timeMs, performance.now());
      this.#begun.add(`${topic}/${key}`);
      this.trouble.set(null);
    } catch (error) {
      this.trouble.set((error as Error).message);
      // While Kafka is away the live end is shown, and the group is left where it is.
      setTimeout(() => void this.#beginGroup(group, clock, topic, key), againMs);
    }
  }

  #write(): void {
    for (const view of this.#views) this.#writeOne(view);
  }

  #writeOne({ topic, key, clock, shown }: Watched): void {
    if (this.#group !== null) {
      const name = `${topic}/${key}`;
      if (!shown || !this.#begun.has(name) || this.#told.get(name) === shown.offset) return;
      this.#told.set(name, shown.offset);
      const { partition, offset, timestampMs } = shown;
      this.#connection.seen(this.#group, topic, key, { partition, offset, timestampMs });
      return;
    }
    const { live, timeMs, playing, rate } = clock;
    store(storageKey(topic, key), live ? undefined : ({ timeMs, playing, rate } satisfies Remembered));
  }
}

/** undefined where nothing is remembered that could be gone to. */
function readPlace(topic: string, key: string): Remembered | undefined {
  const place = readStored<Partial<Remembered>>(storageKey(topic, key));
  const { timeMs, rate = 1, playing = true } = place ?? {};
  return typeof timeMs === "number" && rates.includes(Math.abs(rate)) ? { timeMs, rate, playing } : undefined;
}
