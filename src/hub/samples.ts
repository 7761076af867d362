/** The samples of several topics, as the batches come that bring their last records. Pure. */
import type { RecordBatch } from "../kafka/batch.ts";
import { mostUnpackedBytes } from "../kafka/config.ts";
import { codes } from "../kafka/explain.ts";
import { explainUnreadable, unreadableOf } from "../kafka/unreadable.ts";
import { Sample } from "./sample.ts";

/** Offsets [from, to) of a partition. */
export interface Stretch {
  topic: string;
  partition: number;
  from: number;
  to: number;
}

export class Samples {
  readonly byTopic = new Map<string, Sample>();
  /** Why some of a topic's records were not looked at, and what to do. */
  readonly trouble = new Map<string, string>();
  /** By "topic/partition": the stretches that were not read to their end yet. */
  readonly #open: Map<string, Stretch>;

  constructor(stretches: Stretch[]) {
    this.#open = new Map(stretches.map((stretch) => [placeOf(stretch), stretch]));
  }

  get complete(): boolean {
    return this.#open.size === 0;
  }
  /** The topics of which something is missing. */
  get incomplete(): Set<string> {
    return new Set([...this.#open.values()].map(({ topic }) => topic));
  }

  take(batch: RecordBatch): void {
    for (const record of batch) {
      const stretch = this.#open.get(placeOf(record));
      if (!stretch) continue;
      const sample = this.byTopic.get(record.topic) ?? new Sample();
      this.byTopic.set(record.topic, sample);
      sample.add(record);
      if (record.offset >= stretch.to - 1) this.#open.delete(placeOf(record));
    }
    // After the records: the word that a partition ends may come in one batch with the last of them.
    for (const event of batch.events) {
      const left = unreadableOf(event);
      if (left) this.trouble.set(event.topic, explainUnreadable(left, mostUnpackedBytes).sentence);
      if (event.code === codes.topicAuthorization) this.trouble.set(event.topic, "The broker does not allow reading it: check the access rights.");
      const to = this.#open.get(placeOf(event))?.to ?? 0;
      if (event.code === codes.partitionEof || event.code === codes.topicAuthorization || (left && left.to >= to)) this.#open.delete(placeOf(event));
    }
    for (const sample of this.byTopic.values()) sample.release();
  }
}

function placeOf({ topic, partition }: { topic: string; partition: number }): string {
  return `${topic}/${partition}`;
}
