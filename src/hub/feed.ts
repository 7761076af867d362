/** One watched topic: the newest picture of each of its streams, its last records, and who listens. */
import type { KafkaRecord } from "../record.ts";
import { type Picture, pictureOf } from "./picture.ts";

export interface FeedListener {
  onPicture?(picture: Picture): void;
  onRecord?(record: KafkaRecord): void;
}

/** A topic of text that is opened shows so many records at once. */
const recentRecords = 200;
const recentBytes = 4 << 20;
/** So many streams of a topic have their newest picture kept. */
const mostStreams = 256;

export class TopicFeed {
  readonly topic: string;
  /** Where each partition is read next. */
  readonly positions = new Map<number, number>();
  readonly listeners = new Set<FeedListener>();
  readonly #newest = new Map<string, Picture>();
  readonly #ends = new Map<string, Picture>();
  readonly #recent: KafkaRecord[] = [];
  #recentSize = 0;

  constructor(topic: string) {
    this.topic = topic;
  }

  get pictures(): ReadonlyMap<string, Picture> {
    return this.#newest;
  }
  /** The end marks of the streams that ended, and were not taken up again. */
  get ends(): ReadonlyMap<string, Picture> {
    return this.#ends;
  }
  get records(): readonly KafkaRecord[] {
    return this.#recent;
  }

  /** @param owned true where the record's bytes are its own, and may be kept without a copy */
  take(record: KafkaRecord, owned: boolean): void {
    this.positions.set(record.partition, record.offset + 1);
    const kept = owned ? record : copyOf(record);
    const picture = pictureOf(kept);
    if (picture) {
      keepNewest(picture.end ? this.#ends : this.#newest, picture);
      if (!picture.end) this.#ends.delete(picture.key);
      for (const listener of this.listeners) listener.onPicture?.(picture);
    } else {
      this.#remember(kept);
      for (const listener of this.listeners) listener.onRecord?.(kept);
    }
  }

  #remember(record: KafkaRecord): void {
    this.#recent.push(record);
    this.#recentSize += sizeOf(record);
    while (this.#recent.length > recentRecords || (this.#recentSize > recentBytes && this.#recent.length > 1))
      this.#recentSize -= sizeOf(this.#recent.shift() as KafkaRecord);
  }
}

/** Where each picture has a key of its own, the streams that were silent longest are forgotten. */
function keepNewest(pictures: Map<string, Picture>, picture: Picture): void {
  pictures.delete(picture.key);
  pictures.set(picture.key, picture);
  if (pictures.size > mostStreams) pictures.delete(pictures.keys().next().value as string);
}

function sizeOf(record: KafkaRecord): number {
  const headerBytes = record.headers.reduce((sum, { name, value }) => sum + name.length + (value?.length ?? 0), 0);
  return (record.value?.length ?? 0) + (record.key?.length ?? 0) + headerBytes;
}

/** A view keeps its whole batch in memory; a copy only itself. */
function copyOf(record: KafkaRecord): KafkaRecord {
  const copy = (bytes: Uint8Array | null) => (bytes === null ? null : Uint8Array.prototype.slice.call(bytes));
  return { ...record, key: copy(record.key), value: copy(record.value), headers: record.headers.map(({ name, value }) => ({ name, value: copy(value) })) };
}
