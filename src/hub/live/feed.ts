/** One watched topic: what is kept of each of its streams, and who listens. */
import type { RecordBatch, Run } from "../../kafka/batch.ts";
import type { KafkaRecord } from "../../record.ts";
import { mayHoldPicture } from "../../video/formats/embedded-picture.ts";
import { isBroken } from "../../video/frame.ts";
import { type Picture, pictureOf } from "../picture.ts";
import { singleStreams } from "../topics/stream-name.ts";
import { LiveStream } from "./live-stream.ts";

export interface FeedListener {
  onPicture?(picture: Picture): void;
  /**
   * Records [from, to) of a batch, which are of one partition and no pictures. They are still packed: of a
   * topic with 50,000 records a second each listener decodes the few that it shows.
   */
  onRecords?(batch: RecordBatch, from: number, to: number): void;
  /** A partition was added, and is read from that offset on. */
  onPartition?(partition: number, offset: number): void;
}

/** Where each picture has a key of its own, or many streams are large, those that were silent longest are forgotten. */
const mostStreams = 256;
const mostStreamBytes = 256 << 20;

export class TopicFeed {
  readonly topic: string;
  /** Where each partition is read next. */
  readonly positions = new Map<number, number>();
  /** All that are read for it, also those that nothing came of yet. */
  assigned: { topic: string; partition: number }[] = [];
  /** Where each was begun. */
  readonly begins = new Map<number, number>();
  readonly listeners = new Set<FeedListener>();
  /** Those that were silent longest come first. */
  readonly #streams = new Map<string, LiveStream>();
  #streamBytes = 0;
  /** Where each partition ended when the topic was opened, as long as it was not read so far. */
  readonly #goals = new Map<number, number>();
  readonly #atEnd = Promise.withResolvers<void>();
  readonly #onOrphan: ((picture: Picture) => void) | undefined;
  readonly #onStream: ((picture: Picture) => void) | undefined;
  readonly #onBroken: ((record: KafkaRecord) => void) | undefined;

  /**
   * @param onOrphan told when the first frame of a stream cannot be decoded without those before it
   * @param onStream told of the first picture of each stream
   * @param onBroken told of each record that says that it has a picture, and has none: it is left out
   */
  constructor(topic: string, onOrphan?: (picture: Picture) => void, onStream?: (picture: Picture) => void, onBroken?: (record: KafkaRecord) => void) {
    this.topic = topic;
    this.#onOrphan = onOrphan;
    this.#onStream = onStream;
    this.#onBroken = onBroken;
  }

  /** Resolves when what was in the topic when it was opened has been read. */
  get atEnd(): Promise<void> {
    return this.#atEnd.promise;
  }
  get streams(): ReadonlyMap<string, LiveStream> {
    return this.#streams;
  }

  take(batch: RecordBatch, { partition, from, to }: Run): void {
    const next = batch.offset(to - 1) + 1;
    this.positions.set(partition, next);
    let plain = from;
    for (let index = from; index < to; index++) {
      const picture = pictureAt(batch, index, this.#onBroken);
      if (!picture) continue;
      this.#pass(batch, plain, index);
      plain = index + 1;
      this.#keep(picture);
      this.#tell(picture);
    }
    this.#pass(batch, plain, to);
    this.reached(partition, next);
  }

  begin(partition: number, offset: number): void {
    this.begins.set(partition, offset);
    this.positions.set(partition, offset);
  }

  /** Gives a stream of which nothing was seen what it had before the topic was opened. */
  recall(pictures: readonly Picture[]): void {
    const [first] = pictures;
    if (!first || this.#streams.has(first.key)) return;
    for (const picture of pictures) this.#keep(picture);
    this.#tell(first);
  }

  /** Its streams have other names from now on: where all are one, the newest picture is its last. */
  rename(): void {
    const [newest] = [...this.#streams.values()].flatMap(({ newest }) => newest ?? []).sort((a, b) => b.timestampMs - a.timestampMs);
    this.#streams.clear();
    this.#streamBytes = 0;
    if (newest && singleStreams.has(this.topic)) this.recall([{ ...newest, key: "" }]);
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

  #pass(batch: RecordBatch, from: number, to: number): void {
    if (from < to) for (const listener of this.listeners) listener.onRecords?.(batch, from, to);
  }

  #tell(picture: Picture): void {
    for (const listener of this.listeners) listener.onPicture?.(picture);
  }

  #keep(picture: Picture): void {
    const { key } = picture;
    const known = this.#streams.get(key);
    if (!known) this.#onStream?.(picture);
    const stream = known ?? new LiveStream();
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
}

/** Most records of a topic of text are not even decoded. */
function pictureAt(batch: RecordBatch, index: number, onBroken?: (record: KafkaRecord) => void): Picture | undefined {
  const value = batch.value(index);
  if (value === null || (!batch.hasHeaders(index) && !mayHoldPicture(value))) return undefined;
  const record = batch.record(index);
  const picture = pictureOf(record);
  if (!picture && onBroken && isBroken(record)) onBroken(record);
  // A view keeps its whole batch in memory; a copy only itself.
  return picture && batch.length > 1 ? { ...picture, data: Uint8Array.prototype.slice.call(picture.data) } : picture;
}
