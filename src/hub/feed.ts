/** One watched topic: what is kept of each of its streams, its last records, and who listens. */
import type { KafkaRecord } from "../record.ts";
import { LiveStream } from "./live-stream.ts";
import { type Picture, pictureOf } from "./picture.ts";

export interface FeedListener {
  onPicture?(picture: Picture): void;
  onRecord?(record: KafkaRecord): void;
}

/** A topic of text that is opened shows so many records at once. */
const recentRecords = 200;
const recentBytes = 4 << 20;
/** Where each picture has a key of its own, or many streams are large, those that were silent longest are forgotten. */
const mostStreams = 256;
const mostStreamBytes = 256 << 20;

export class TopicFeed {
  readonly topic: string;
  /** Where each partition is read next. */
  readonly positions = new Map<number, number>();
  readonly listeners = new Set<FeedListener>();
  /** Those that were silent longest come first. */
  readonly #streams = new Map<string, LiveStream>();
  #streamBytes = 0;
  /** Where each partition ended when the topic was opened, as long as it was not read so far. */
  readonly #goals = new Map<number, number>();
  readonly #atEnd = Promise.withResolvers<void>();
  readonly #recent: KafkaRecord[] = [];
  readonly #onOrphan: ((picture: Picture) => void) | undefined;
  #recentSize = 0;

  /** @param onOrphan told when the first frame of a stream cannot be decoded without those before it */
  constructor(topic: string, onOrphan?: (picture: Picture) => void) {
    this.topic = topic;
    this.#onOrphan = onOrphan;
  }

  /** Resolves when what was in the topic when it was opened has been read. */
  get atEnd(): Promise<void> {
    return this.#atEnd.promise;
  }
  get streams(): ReadonlyMap<string, LiveStream> {
    return this.#streams;
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
      this.#keep(picture);
      this.#tell(picture);
    } else {
      this.#remember(kept);
      for (const listener of this.listeners) listener.onRecord?.(kept);
    }
    this.reached(record.partition, record.offset + 1);
  }

  /** Gives a stream the beginning of its GOP, which was looked up in the log; `rest` is what follows it. */
  complete(beginning: readonly Picture[], rest: Picture): void {
    const stream = this.#streams.get(rest.key);
    if (!stream) return;
    this.#streamBytes -= stream.bytes;
    stream.prepend(beginning, rest);
    this.#streamBytes += stream.bytes;
    this.#tell(rest);
  }

  /** @param end the offset after the partition's last record */
  expect(partition: number, end: number): void {
    this.#goals.set(partition, end);
  }

  /** Nothing more is to be expected of what was there before. */
  reached(partition: number, offset: number): void {
    if (offset >= (this.#goals.get(partition) ?? Number.POSITIVE_INFINITY)) this.#goals.delete(partition);
    if (this.#goals.size === 0) this.#atEnd.resolve();
  }

  #tell(picture: Picture): void {
    for (const listener of this.listeners) listener.onPicture?.(picture);
  }

  #keep(picture: Picture): void {
    const { key } = picture;
    const stream = this.#streams.get(key) ?? new LiveStream();
    this.#streamBytes -= stream.bytes;
    stream.take(picture);
    this.#streamBytes += stream.bytes;
    this.#streams.delete(key);
    this.#streams.set(key, stream);
    if (stream.count === 1 && !stream.decodable && !picture.end) this.#onOrphan?.(picture);
    while (this.#streams.size > mostStreams || (this.#streamBytes > mostStreamBytes && this.#streams.size > 1)) {
      const [oldest, { bytes }] = this.#streams.entries().next().value as [string, LiveStream];
      this.#streams.delete(oldest);
      this.#streamBytes -= bytes;
    }
  }

  #remember(record: KafkaRecord): void {
    this.#recent.push(record);
    this.#recentSize += sizeOf(record);
    while (this.#recent.length > recentRecords || (this.#recentSize > recentBytes && this.#recent.length > 1))
      this.#recentSize -= sizeOf(this.#recent.shift() as KafkaRecord);
  }
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
