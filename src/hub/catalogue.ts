/** Which topics there are, what is in them, and how fast they grow. */
import type { Admin, TopicInfo, Watermarks } from "../kafka/admin.ts";
import type { KafkaConfig } from "../kafka/config.ts";
import type { Picture } from "./picture.ts";
import { withStream } from "./sample.ts";
import { Sampler } from "./sampler.ts";
import { Samples } from "./samples.ts";
import type { TopicSummary } from "./summary.ts";

const pollMs = 1000;
/** A topic that grows is looked into again so often: a new camera may have joined it. */
const sampleAgainMs = 5000;
/** But one that could not be read, as it has no leader or is not for us, holds up the others: it is tried less and less often. */
const mostWaitMs = 60_000;
const notInTime = "Its last records could not be read in time; kt looks again in a while.";
/** Of each partition the last of its records are looked at: */
const leastSampleRecords = 32;
/** of a topic with many streams those of so long, as far as this does not become too much. */
const sampleSeconds = 2;
const mostSampleRecords = 1024;
const mostSampleBytes = 4 << 20;
/** More streams than that are not learnt one by one: each picture may have a key of its own. */
const mostLearntStreams = 256;
/** News that come together are told together. */
const newsMs = 50;

interface Entry {
  summary: TopicSummary;
  sampledAtMs: number;
  sampledHigh: number;
  /** How often in a row it could not be read in time. */
  misses: number;
  /** Of a record, as far as was seen. */
  meanBytes: number;
  /** It was looked at once, when its rate was not known yet. */
  young: boolean;
  /** By partition, as they were seen last. */
  watermarks: ReadonlyMap<number, Watermarks>;
  /** Of the last polls: when, and how many records had ever been written. */
  history: { atMs: number; written: number }[];
}

export interface BrokerState {
  up: boolean;
  /** Why it is not. */
  message: string;
  /** It has not answered since kt was started. */
  waiting: boolean;
}

export interface CatalogueListener {
  onTopics?(topics: TopicSummary[]): void;
  onBroker?(broker: BrokerState): void;
  /** What was known of the topic's records holds no more: it was deleted, and perhaps made again. */
  onGone?(topic: string): void;
}

export class Catalogue {
  readonly listeners = new Set<CatalogueListener>();
  broker: BrokerState = { up: true, message: "", waiting: false };
  readonly #sampler: Sampler;
  readonly #admin: Admin;
  readonly #entries = new Map<string, Entry>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #published = "";
  #news: ReturnType<typeof setTimeout> | undefined;

  constructor(config: KafkaConfig, admin: Admin) {
    this.#sampler = new Sampler(config);
    this.#admin = admin;
  }

  get topics(): TopicSummary[] {
    return [...this.#entries.values()].map(({ summary }) => summary).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  topic(name: string): TopicSummary | undefined {
    return this.#entries.get(name)?.summary;
  }

  /** Looks once, then again every second until closed. */
  async start(): Promise<void> {
    await this.#poll();
  }

  /** Looks as soon as a broker answers. */
  startWaiting(): void {
    this.broker = { up: false, message: "It was not there when kt was started.", waiting: true };
    void this.#poll();
  }

  /** Somebody who reads the topic has come upon a stream. */
  learn(topic: string, picture: Picture): void {
    const entry = this.#entries.get(topic);
    const { streams = [] } = entry?.summary ?? {};
    if (!entry || picture.end || streams.length >= mostLearntStreams || streams.some(({ key }) => key === picture.key)) return;
    entry.summary = { ...entry.summary, streams: withStream(streams, picture) };
    this.#news ??= setTimeout(() => {
      this.#news = undefined;
      this.#publish();
    }, newsMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#news);
    await this.#sampler.close();
  }

  async #poll(): Promise<void> {
    try {
      await this.#look();
      this.#setBroker(true, "");
    } catch (error) {
      this.#setBroker(false, error instanceof Error ? error.message : String(error));
    }
    this.#publish();
    if (!this.#closed) this.#timer = setTimeout(() => void this.#poll(), pollMs);
  }

  #publish(): void {
    const topics = this.topics;
    const published = JSON.stringify(topics);
    if (published === this.#published) return;
    this.#published = published;
    for (const listener of this.listeners) listener.onTopics?.(topics);
  }

  #setBroker(up: boolean, message: string): void {
    const before = this.broker;
    this.broker = { up, message, waiting: before.waiting && !up };
    // While it is waited for, why it does not answer changes: first its name is not known, then its port is closed.
    if (up !== before.up || (this.broker.waiting && message !== before.message)) for (const listener of this.listeners) listener.onBroker?.(this.broker);
  }

  async #look(): Promise<void> {
    const topics = await this.#admin.topics();
    const watermarks = await this.#admin.knownWatermarks(topics);
    const byTopic = Map.groupBy(watermarks, ({ topic }) => topic);
    const nowMs = Date.now();
    // A topic that nobody leads a partition of has no offsets, and is there all the same.
    const names = new Set(topics.map(({ name }) => name));
    for (const name of this.#entries.keys()) {
      if (names.has(name)) continue;
      this.#entries.delete(name);
      this.#tellGone(name);
    }
    for (const topic of topics) this.#count(topic, byTopic.get(topic.name) ?? [], nowMs);
    await this.#sample(watermarks, nowMs);
  }

  #count(topic: TopicInfo, watermarks: Watermarks[], nowMs: number): void {
    let entry = this.#entries.get(topic.name);
    // Of a partition without a leader holds what was known of it; one that is there no more was another topic's.
    const known = new Map(watermarks.map((its) => [its.partition, its]));
    for (const { id } of topic.partitions) {
      const before = entry?.watermarks.get(id);
      if (before && !known.has(id)) known.set(id, before);
    }
    const written = sum([...known.values()].map(({ high }) => high));
    const records = sum([...known.values()].map(({ low, high }) => high - low));
    const recreated = entry !== undefined && written < (entry.history.at(-1)?.written ?? 0);
    if (recreated) this.#tellGone(topic.name);
    if (!entry || recreated) {
      entry = {
        summary: {
          name: topic.name,
          kind: "empty",
          partitions: 0,
          leaderless: 0,
          records: 0,
          ratePerSecond: 0,
          lastTimestampMs: null,
          streams: [],
          keyed: false,
          trouble: null,
        },
        sampledAtMs: 0,
        sampledHigh: 0,
        misses: 0,
        meanBytes: 0,
        young: true,
        history: [],
        watermarks: new Map(),
      };
      this.#entries.set(topic.name, entry);
    }
    entry.watermarks = known;
    entry.history.push({ atMs: nowMs, written });
    if (entry.history.length > 5) entry.history.shift();
    const [first] = entry.history as [{ atMs: number; written: number }];
    const seconds = (nowMs - first.atMs) / 1000;
    const ratePerSecond = seconds > 0 ? Math.round(((written - first.written) / seconds) * 10) / 10 : 0;
    entry.summary = { ...entry.summary, partitions: topic.partitions.length, leaderless: topic.partitions.length - watermarks.length, records, ratePerSecond };
  }

  #tellGone(topic: string): void {
    for (const listener of this.listeners) listener.onGone?.(topic);
  }

  /** Reads the last records of the topics that are new or grew. */
  async #sample(watermarks: Watermarks[], nowMs: number): Promise<void> {
    const due = new Map<string, { entry: Entry; written: number; records: number }>();
    for (const [name, entry] of this.#entries) {
      const written = entry.history.at(-1)?.written ?? 0;
      if (written > entry.sampledHigh && nowMs - entry.sampledAtMs >= waitBeforeSample(entry)) due.set(name, { entry, written, records: sampleSize(entry) });
    }
    const stretches = watermarks
      .filter(({ topic, low, high }) => due.has(topic) && high > low)
      .map(({ topic, partition, low, high }) => ({ topic, partition, from: Math.max(low, high - (due.get(topic)?.records ?? 0)), to: high }));
    const { byTopic, incomplete, trouble } = stretches.length > 0 ? await this.#sampler.read(stretches) : new Samples([]);
    for (const [name, { entry, written }] of due) {
      entry.young = entry.sampledAtMs === 0;
      entry.sampledAtMs = nowMs;
      // What was not read is tried again, also where nothing more is written to it.
      const missed = incomplete.has(name);
      const why = trouble.get(name);
      entry.misses = missed || why !== undefined ? entry.misses + 1 : 0;
      if (entry.misses === 0) entry.sampledHigh = written;
      entry.summary = { ...entry.summary, trouble: why ?? (missed && entry.misses > 1 ? notInTime : null) };
      const sample = byTopic.get(name);
      if (!sample) continue;
      entry.meanBytes = sample.bytes / sample.count;
      entry.summary = { ...entry.summary, ...sample.describe(entry.summary.streams) };
    }
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function waitBeforeSample({ misses, young, summary }: Entry): number {
  if (misses > 1) return Math.min((misses - 1) * 2 * sampleAgainMs, mostWaitMs);
  return young || summary.kind === "empty" ? 0 : sampleAgainMs;
}

/** A topic with one stream tells no more in a thousand records than in a few. */
function sampleSize({ summary: { streams, partitions, ratePerSecond }, meanBytes }: Entry): number {
  if (streams.length < 2) return leastSampleRecords;
  const each = Math.max(1, partitions);
  const wanted = Math.min(mostSampleRecords, (ratePerSecond * sampleSeconds) / each, mostSampleBytes / each / Math.max(1, meanBytes));
  return Math.max(leastSampleRecords, Math.ceil(wanted));
}
