/** Detections as they come: each record is read once, for all who look at its stream, and not at all where nobody does. */
import type { RecordBatch } from "../../kafka/batch.ts";
import type { LiveHub } from "../live/live.ts";
import { type Detected, detectedIn, detectedKey } from "./detected.ts";
import type { DetectionRequest } from "./detection-log.ts";

interface Looking extends Omit<DetectionRequest, "topic"> {
  take(detected: Detected): void;
}

/** A batch of a topic that is far behind is not looked through: who looks on wants the newest. */
const mostOfABatch = 2000;

export class LiveDetections {
  readonly #live: LiveHub;
  readonly #looking = new Map<string, { all: Set<Looking>; watch: Promise<{ close(): void }> }>();

  constructor(live: LiveHub) {
    this.#live = live;
  }

  /**
   * @param take told of each detection from now on
   * @returns the way to stop, once it is known that the topic can be read
   * @throws KtError unknown_topic
   */
  async watch({ topic, key, keyless }: DetectionRequest, take: (detected: Detected) => void): Promise<() => void> {
    const its: Looking = { key, keyless, take };
    let looking = this.#looking.get(topic);
    if (!looking) {
      const all = new Set<Looking>();
      looking = { all, watch: this.#live.watch(topic, { onRecords: (batch, from, to) => see(all, batch, Math.max(from, to - mostOfABatch), to) }) };
      this.#looking.set(topic, looking);
    }
    const { all, watch } = looking;
    all.add(its);
    const leave = () => {
      all.delete(its);
      if (all.size > 0 || this.#looking.get(topic)?.all !== all) return;
      this.#looking.delete(topic);
      watch.then(
        (watched) => watched.close(),
        () => {},
      );
    };
    try {
      await watch;
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }
}

function see(all: ReadonlySet<Looking>, batch: RecordBatch, from: number, to: number): void {
  for (let index = from; index < to; index++) {
    const key = detectedKey(batch.key(index));
    const takers = [...all].filter((its) => (key === null ? its.keyless : its.key === key));
    const detected = takers.length > 0 ? detectedIn(batch.record(index)) : undefined;
    if (detected) for (const { take } of takers) take(detected);
  }
}
