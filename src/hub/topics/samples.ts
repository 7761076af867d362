/** The samples of several topics, as the batches come that bring their records. Pure. */
import type { RecordBatch } from "../../kafka/batch.ts";
import { mostUnpackedBytes } from "../../kafka/config.ts";
import { codes } from "../../kafka/explain.ts";
import { explainUnreadable, unreadableOf } from "../../kafka/read/unreadable.ts";
import { partitionName, type Stretch } from "../../record.ts";
import { Sample } from "./sample.ts";

/** Records that are looked at. */
export interface Look extends Stretch {
  /** Records before it were looked at already, and are not counted twice; without it all are new. */
  newFrom?: number;
  /** It ends early after so many records that have so many bytes. */
  enough?: { records: number; bytes: number };
}

/** What came of a stretch. */
export interface Looked extends Look {
  records: number;
  /** Records that have a value. */
  values: number;
  /** Of the values. */
  bytes: number;
  /** Up to here nothing was left out. */
  readTo: number;
  done: boolean;
}

export class Samples {
  readonly byTopic = new Map<string, Sample>();
  /** Why some of a topic's records were not looked at, and what to do. */
  readonly trouble = new Map<string, string>();
  /** By "topic/partition". */
  readonly #looked = new Map<string, Looked>();
  #open = 0;

  constructor(stretches: Look[] = []) {
    this.open(stretches);
  }

  /** Looks further, into one stretch of each partition; those of before are closed. */
  open(stretches: Look[]): void {
    this.#looked.clear();
    for (const stretch of stretches)
      this.#looked.set(partitionName(stretch), { ...stretch, records: 0, values: 0, bytes: 0, readTo: stretch.from, done: false });
    this.#open = this.#looked.size;
  }

  get complete(): boolean {
    return this.#open === 0;
  }
  /** The topics of which something is missing. */
  get incomplete(): Set<string> {
    return new Set(this.looked.filter(({ done }) => !done).map(({ topic }) => topic));
  }
  /** Of each stretch that was opened last. */
  get looked(): Looked[] {
    return [...this.#looked.values()];
  }
  get bytes(): number {
    return this.looked.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  take(batch: RecordBatch): void {
    for (const record of batch) {
      const looked = this.#looked.get(partitionName(record));
      if (!looked || looked.done) continue;
      // Past a hole, or records that are no data, comes what is behind the stretch.
      if (record.offset >= looked.to) {
        this.#close(looked, looked.to);
        continue;
      }
      const sample = this.byTopic.get(record.topic) ?? new Sample();
      this.byTopic.set(record.topic, sample);
      sample.add(record, record.offset >= (looked.newFrom ?? 0));
      looked.records++;
      if (record.value !== null) looked.values++;
      looked.bytes += record.value?.length ?? 0;
      looked.readTo = record.offset + 1;
      const { enough, records, bytes } = looked;
      if (looked.readTo >= looked.to || (enough && records >= enough.records && bytes >= enough.bytes)) this.#close(looked, looked.readTo);
    }
    // After the records: the word that a partition ends may come in one batch with the last of them.
    for (const event of batch.events) {
      const left = unreadableOf(event);
      if (left) this.trouble.set(event.topic, explainUnreadable(left, mostUnpackedBytes).sentence);
      if (event.code === codes.topicAuthorization) this.trouble.set(event.topic, "The broker does not allow reading it: check the access rights.");
      const looked = this.#looked.get(partitionName(event));
      if (!looked) continue;
      if (left) looked.readTo = Math.max(looked.readTo, Math.min(left.to, looked.to));
      if (event.code === codes.partitionEof || event.code === codes.topicAuthorization || (left && left.to >= looked.to)) this.#close(looked, looked.to);
    }
    for (const sample of this.byTopic.values()) sample.release();
  }

  #close(looked: Looked, readTo: number): void {
    looked.readTo = readTo;
    if (looked.done) return;
    looked.done = true;
    this.#open--;
  }
}
