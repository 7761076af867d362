/** One reader at the end of all watched topics, shared by every viewer. */

import type { Admin } from "../../kafka/admin/admin.ts";
import { boundedReading, type KafkaConfig, type Properties } from "../../kafka/config.ts";
import { codes } from "../../kafka/explain.ts";
import { defaultLimits, openReader, type PackedReader } from "../../kafka/read/reader.ts";
import type { KafkaRecord } from "../../record.ts";
import type { Archive } from "../log/archive.ts";
import { gopBefore } from "../log/rewind.ts";
import { type Picture, pictureOf } from "../picture.ts";
import type { Scout } from "../scout/scout.ts";
import { StreamLog } from "../scout/stream-log.ts";
import type { LastRecord } from "../topics/last-record.ts";
import { type FeedListener, TopicFeed } from "./feed.ts";

/** A topic is begun a little before its end, so that each of its streams has a picture at once. */
const backlogRecords = 64;
/**
 * A topic that is opened is not fetched before the broker has answered the fetch for those that are watched
 * already, and where these are silent it takes its time: with 100 ms a picture came after 104 ms.
 */
const tuning: Properties = { ...boundedReading, "fetch.wait.max.ms": 25 };
/** librdkafka's word for the end of a partition, wherever that is. */
const endOffset = -1;
/** How long a topic is still read after its last viewer went: most come back. */
const lingerMs = 20_000;
/** A first viewer waits so long for what the topic holds already; what comes later is live to him. */
const mostBacklogMs = 1000;

export interface Watch {
  readonly feed: TopicFeed;
  close(): void;
}

/** Who knows which streams there are, and is told of those that somebody's topic has. */
export interface KnownStreams {
  learn(topic: string, picture: Picture): void;
  /** @param key without one, the stream whose record is the newest */
  lastRecord(topic: string, key: string | undefined): Promise<{ key: string; partition: number; offset: number } | undefined>;
}

export class LiveHub {
  readonly #config: KafkaConfig;
  readonly #admin: Admin;
  readonly #archive: Archive;
  readonly #scout: Scout;
  readonly #streams: KnownStreams;
  readonly #onTrouble: (message: string) => void;
  /** By topic: records that say that they have a picture, and have none. */
  readonly broken = new Map<string, number>();
  readonly #feeds = new Map<string, TopicFeed>();
  readonly #opening = new Map<string, Promise<TopicFeed>>();
  readonly #lingering = new Map<string, ReturnType<typeof setTimeout>>();
  #reader: Promise<PackedReader> | undefined;
  #closed = false;

  /** @param onTrouble told once of each topic that has records which are not what they say */
  constructor(
    config: KafkaConfig,
    admin: Admin,
    { archive, scout }: { archive: Archive; scout: Scout },
    streams: KnownStreams,
    onTrouble: (message: string) => void = () => {},
  ) {
    this.#onTrouble = onTrouble;
    this.#config = config;
    this.#admin = admin;
    this.#archive = archive;
    this.#scout = scout;
    this.#streams = streams;
  }

  /**
   * Calls the listener for each record from now on; what the feed holds already is the caller's to look at.
   * @throws KtError unknown_topic
   */
  async watch(topic: string, listener: FeedListener): Promise<Watch> {
    clearTimeout(this.#lingering.get(topic));
    this.#lingering.delete(topic);
    let opening = this.#opening.get(topic);
    if (!opening) {
      opening = this.#open(topic);
      this.#opening.set(topic, opening);
      opening.catch(() => this.#opening.delete(topic));
    }
    const feed = await opening;
    await Promise.race([feed.atEnd, Bun.sleep(mostBacklogMs)]);
    feed.listeners.add(listener);
    return { feed, close: () => this.#leave(feed, listener) };
  }

  /** The memory of what is kept of each stream, in bytes. */
  kept(): { labels: { topic: string; stream: string }; value: number }[] {
    return [...this.#feeds.values()].flatMap(({ topic, streams }) => [...streams].map(([stream, { bytes }]) => ({ labels: { topic, stream }, value: bytes })));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#lingering.values()) clearTimeout(timer);
    await (await this.#reader)?.close();
  }

  async #open(topic: string): Promise<TopicFeed> {
    const info = await this.#admin.topic(topic);
    const watermarks = await this.#admin.knownWatermarks([info]);
    // So many offsets: fewer records will do, and viewers wait.
    const places = watermarks.map(({ partition, low, high }) => ({ topic, partition, offset: Math.max(low, high - backlogRecords) }));
    // What nobody leads is read from its end on, as soon as somebody does.
    const leaderless = info.partitions
      .filter(({ id }) => !watermarks.some(({ partition }) => partition === id))
      .map(({ id }) => ({ topic, partition: id, offset: endOffset }));
    const feed: TopicFeed = new TopicFeed(
      topic,
      (picture) => void this.#rewind(feed, picture),
      (picture) => this.#streams.learn(topic, picture),
      (record) => this.#leaveOut(record),
    );
    for (const { partition, offset } of places) feed.begin(partition, offset);
    for (const { partition, high } of watermarks) feed.expect(partition, high);
    for (const { partition, offset } of places) feed.reached(partition, offset);
    const reader = await this.#startReader();
    this.#feeds.set(topic, feed);
    const assigned = [...places, ...leaderless];
    feed.assigned = assigned.map(({ partition }) => ({ topic, partition }));
    reader.client.incrementalAssign(assigned);
    return feed;
  }

  /** Reads those of its partitions, too, that were added since it was opened. */
  grow(topic: string): void {
    const feed = this.#feeds.get(topic);
    // Where the broker does not answer, it is asked again when the next viewer comes.
    if (feed) this.#grow(feed).catch(() => {});
  }

  async #grow(feed: TopicFeed): Promise<void> {
    const { topic } = feed;
    const info = await this.#admin.topic(topic);
    const known = new Set(feed.assigned.map(({ partition }) => partition));
    const added = (await this.#admin.knownWatermarks([info])).filter(({ partition }) => !known.has(partition));
    const reader = await this.#startReader();
    if (added.length === 0 || this.#feeds.get(topic) !== feed) return;
    // All that is in them is new.
    const places = added.map(({ partition, low }) => ({ topic, partition, offset: low }));
    feed.assigned.push(...places.map(({ partition }) => ({ topic, partition })));
    for (const { partition, offset } of places) feed.begin(partition, offset);
    reader.client.incrementalAssign(places);
    for (const { partition, offset } of places) for (const listener of feed.listeners) listener.onPartition?.(partition, offset);
  }

  #leaveOut({ topic, partition, offset }: KafkaRecord): void {
    const before = this.broken.get(topic) ?? 0;
    this.broken.set(topic, before + 1);
    if (before > 0) return;
    const record = `the record at offset ${offset} of partition ${partition}`;
    this.#onTrouble(`topic '${topic}': ${record} says by its content-type that it is a picture, and is none: it is left out, and so are others like it.`);
  }

  /** A topic's streams have other names from now on. */
  rename(topic: string): void {
    this.#feeds.get(topic)?.rename();
  }

  /**
   * Gives a feed the last picture of a stream that was silent while others filled the end of the topic.
   * @param key without one, of the stream whose record is the newest
   * @param signal ends the search when nobody waits for it any more
   */
  async recall(feed: TopicFeed, key: string | undefined, signal: AbortSignal): Promise<void> {
    const known = await this.#streams.lastRecord(feed.topic, key);
    const name = known?.key ?? key;
    if (name === undefined) return;
    const log = new StreamLog(this.#archive.until(signal), this.#scout, name, feed.begins.size);
    const last = known && (await lastOf(log, feed.topic, known.partition, known.offset + 1));
    if (last) await this.#give(feed, last, log);
    else await this.#search(feed, log);
  }

  /** Of a stream that nobody knows. */
  async #search(feed: TopicFeed, log: StreamLog): Promise<void> {
    const lasts = await Promise.all([...feed.begins].map(([partition, offset]) => lastOf(log, feed.topic, partition, offset)));
    const last = lasts.flatMap((found) => found ?? []).toSorted((a, b) => b.picture.timestampMs - a.picture.timestampMs)[0];
    if (last) await this.#give(feed, last, log);
  }

  async #give(feed: TopicFeed, { picture, end }: LastRecord, log: StreamLog): Promise<void> {
    const beginning = picture.keyFrame ? [] : await gopBefore(log, feed.topic, picture);
    if (picture.keyFrame || beginning.length > 0) feed.recall([...beginning, picture, ...(end ? [end] : [])].map(owned));
  }

  /** A stream that was begun in the middle of a GOP gets the beginning from the log. */
  async #rewind(feed: TopicFeed, picture: Picture): Promise<void> {
    try {
      const beginning = await gopBefore(this.#archive, feed.topic, picture);
      // They stay for as long as the stream does not begin a new group, and the archive's memory should not.
      feed.complete(beginning.map(owned), picture);
    } catch {
      // Without it the stream is shown from its next key frame on.
    }
  }

  #leave(feed: TopicFeed, listener: FeedListener): void {
    feed.listeners.delete(listener);
    if (feed.listeners.size > 0 || this.#closed) return;
    clearTimeout(this.#lingering.get(feed.topic));
    this.#lingering.set(
      feed.topic,
      setTimeout(() => void this.#drop(feed), lingerMs),
    );
  }

  async #drop(feed: TopicFeed): Promise<void> {
    this.#lingering.delete(feed.topic);
    if (feed.listeners.size > 0 || this.#closed || this.#feeds.get(feed.topic) !== feed) return;
    this.#feeds.delete(feed.topic);
    this.#opening.delete(feed.topic);
    const reader = await this.#reader;
    reader?.client.incrementalUnassign(feed.assigned);
  }

  #startReader(): Promise<PackedReader> {
    if (!this.#reader) {
      this.#reader = openReader(this.#config, [], { ...defaultLimits, maxRecords: 2000 }, tuning);
      this.#reader.then(
        (reader) => void this.#read(reader),
        () => {
          this.#reader = undefined;
        },
      );
    }
    return this.#reader;
  }

  async #read(reader: PackedReader): Promise<void> {
    // A topic that was deleted falls silent, and the others go on; the catalogue tells the page.
    for await (const batch of reader) {
      for (const run of batch.runs()) this.#feeds.get(run.topic)?.take(batch, run);
      for (const { code, topic, partition } of batch.events)
        if (code === codes.partitionEof) this.#feeds.get(topic)?.reached(partition, Number.POSITIVE_INFINITY);
    }
  }
}

/** With memory of its own, rather than a view on a chunk of the archive. */
function owned(picture: Picture): Picture {
  return { ...picture, data: Uint8Array.prototype.slice.call(picture.data) };
}

/** The stream's last picture before an offset, and what says that it ended with that. */
async function lastOf(log: StreamLog, topic: string, partition: number, offset: number): Promise<LastRecord | undefined> {
  let end: Picture | undefined;
  for await (const record of log.backward(topic, partition, offset)) {
    const picture = pictureOf(record);
    if (picture && !picture.end) return end ? { picture, end } : { picture };
    end ??= picture;
  }
  return undefined;
}
