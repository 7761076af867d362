/** Looks here and there into what the topics held before, for streams that have fallen silent since. */
import type { Sampler } from "./sampler.ts";
import { Samples } from "./samples.ts";
import type { TopicEntry } from "./topic-entry.ts";

/** A round takes no longer, and no more than this. */
const mostMs = 300;
const mostBytes = 8 << 20;
/** So many partitions are looked into side by side. */
const sideBySide = 8;
/** A look ends with so many records, where they are no less than what comes in one piece anyway. */
const enoughRecords = 32;
const enoughBytes = 256 << 10;
const mostLookBytes = 4 << 20;
/** All looks together take no more, */
const mostAllBytes = 256 << 20;
/** and this a second, once that is spent. */
const refillBytes = 256 << 10;
/** After a place that was not read in time, the next are tried later. */
const pauseMs = 60_000;

export class Survey {
  readonly #sampler: Sampler;
  #leftBytes = mostAllBytes;
  #atMs = performance.now();
  #pausedUntilMs = 0;

  constructor(sampler: Sampler) {
    this.#sampler = sampler;
  }

  /**
   * The widest gaps of all topics come first.
   * @param onRenamed told of a topic whose streams have other names from now on
   */
  async look(entries: ReadonlyMap<string, TopicEntry>, onRenamed: (topic: string) => void): Promise<void> {
    this.#refill();
    let bytes = 0;
    const endMs = performance.now() + mostMs;
    while (performance.now() < endMs && performance.now() >= this.#pausedUntilMs && bytes < Math.min(mostBytes, this.#leftBytes)) {
      const places = [...entries.values()].flatMap((entry) => entry.places()).sort((a, b) => b.weight - a.weight);
      if (places.length === 0) break;
      const stretches = places.slice(0, sideBySide).map(({ topic, partition, from, to }) => {
        const records = Math.max(1, Math.min(enoughRecords, Math.floor(mostLookBytes / Math.max(1, entries.get(topic)?.meanBytes ?? 0))));
        return { topic, partition, from, to, enough: { records, bytes: records === enoughRecords ? enoughBytes : 0 } };
      });
      const samples = new Samples();
      await this.#sampler.read(samples, stretches, { mostBytes: sideBySide * mostLookBytes, mostMs: 1000 });
      bytes += samples.bytes;
      if (samples.looked.every(({ from, readTo, done }) => !done && readTo === from)) this.#pausedUntilMs = performance.now() + pauseMs;
      for (const looked of samples.looked) entries.get(looked.topic)?.looked(looked);
      for (const [topic, sample] of samples.byTopic) if (entries.get(topic)?.take(sample, false)) onRenamed(topic);
    }
    this.#leftBytes -= bytes;
  }

  #refill(): void {
    const nowMs = performance.now();
    this.#leftBytes = Math.min(mostAllBytes, this.#leftBytes + ((nowMs - this.#atMs) / 1000) * refillBytes);
    this.#atMs = nowMs;
  }
}
