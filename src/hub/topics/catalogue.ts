/** Which topics there are, what is in them, and how fast they grow. */
import type { Admin, TopicInfo, Watermarks } from "../../kafka/admin/admin.ts";
import type { KafkaConfig } from "../../kafka/config.ts";
import type { Picture } from "../picture.ts";
import { Ends } from "./ends.ts";
import type { FindLastRecord } from "./last-record.ts";
import { type Named, withNamed } from "./named.ts";
import { Published } from "./published.ts";
import { Sampler } from "./sampler.ts";
import { type Look, Samples } from "./samples.ts";
import { singleStreams } from "./stream-name.ts";
import type { StreamSummary, TopicSummary } from "./summary.ts";
import { Survey } from "./survey.ts";
import { TopicEntry } from "./topic-entry.ts";

const pollMs = 1000;
const notInTime = "Its last records could not be read in time; kt looks again in a while.";
/** The last records of all topics are looked at for so long in a row, and so many partitions at once; the others' turn is next. */
const mostTailsMs = 5000;
const mostTailsBytes = 32 << 20;
const mostPartitions = 1000;
/** News that come together are told together. */
const newsMs = 50;

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
  /** Its streams have other names from now on. */
  onRenamed?(topic: string): void;
  /** It has other partitions than it had, or than anybody knew. */
  onPartitions?(topic: string): void;
}

export class Catalogue {
  readonly listeners = new Set<CatalogueListener>();
  broker: BrokerState = { up: true, message: "", waiting: false };
  /** The topics' partitions, and who leads them, as of the last look. */
  infos: TopicInfo[] = [];
  /** How often the broker stopped answering. */
  outages = 0;
  readonly #sampler: Sampler;
  readonly #survey: Survey;
  readonly #admin: Admin;
  readonly #ends: Ends;
  readonly #findLastRecord: FindLastRecord;
  readonly #entries = new Map<string, TopicEntry>();
  /** Where older records are looked for next: there was no time for it, or too much had come. */
  #further: Look[] = [];
  /** By "topic/key": the last records of streams that are being looked for. */
  readonly #settling = new Map<string, Promise<void>>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  readonly #published = new Published();
  #news: ReturnType<typeof setTimeout> | undefined;

  readonly #named: Named;

  /** @param findLastRecord of a stream that is silent @param named what whoever runs kt named */
  constructor(config: KafkaConfig, admin: Admin, findLastRecord: FindLastRecord, named: Named = {}) {
    this.#named = named;
    this.#sampler = new Sampler(config);
    this.#survey = new Survey(this.#sampler);
    this.#admin = admin;
    this.#ends = new Ends(admin);
    this.#findLastRecord = findLastRecord;
  }

  get topics(): TopicSummary[] {
    return [...this.#entries.values()].map((entry) => this.#summary(entry)).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** As they were published last, each as JSON, by name. */
  get texts(): ReadonlyMap<string, string> {
    return this.#published.texts;
  }

  topic(name: string): TopicSummary | undefined {
    const entry = this.#entries.get(name);
    return entry && this.#summary(entry);
  }

  #summary({ summary }: TopicEntry): TopicSummary {
    return withNamed(summary, this.#named);
  }

  /** Looks once, then again every second until closed. Where one look cannot see all topics, nobody waits for the first. */
  async start(): Promise<void> {
    const counted = Promise.withResolvers<void>();
    await Promise.race([this.#poll(counted.resolve), counted.promise]);
  }

  /** Looks as soon as a broker answers. */
  startWaiting(): void {
    this.broker = { up: false, message: "It was not there when kt was started.", waiting: true };
    void this.#poll();
  }

  /** Somebody who reads the topic has come upon a stream. */
  learn(topic: string, picture: Picture): void {
    if (this.#entries.get(topic)?.learn(picture)) this.#tellSoon();
  }

  /**
   * Where the last record of a stream is, also where it fell silent long ago and others went on; undefined where there
   * is no such stream, as far as was seen.
   * @param key without one, the stream whose record is the newest
   */
  async lastRecord(topic: string, key: string | undefined): Promise<(StreamSummary["last"] & { key: string }) | undefined> {
    const stream = () => (this.topic(topic)?.streams ?? []).filter((its) => key === undefined || its.key === key).toSorted(byTime)[0];
    const known = stream();
    if (!known) return undefined;
    await this.#settle(topic, known.key);
    return { ...(stream() ?? known).last, key: known.key };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#news);
    await this.#sampler.close();
  }

  /** @param onMany told once many topics are known by name, and what they hold is not yet */
  async #poll(onMany?: () => void): Promise<void> {
    try {
      await this.#look(onMany);
      this.#setBroker(true, "");
    } catch (error) {
      this.#setBroker(false, error instanceof Error ? error.message : String(error));
    }
    this.#publish();
    if (!this.#closed) this.#timer = setTimeout(() => void this.#poll(), pollMs);
  }

  #publish(): void {
    const topics = this.topics;
    if (!this.#published.update(topics)) return;
    for (const listener of this.listeners) listener.onTopics?.(topics);
  }

  #setBroker(up: boolean, message: string): void {
    const before = this.broker;
    this.broker = { up, message, waiting: before.waiting && !up };
    if (before.up && !up) this.outages++;
    // While it is waited for, why it does not answer changes: first its name is not known, then its port is closed.
    if (up !== before.up || (this.broker.waiting && message !== before.message)) for (const listener of this.listeners) listener.onBroker?.(this.broker);
  }

  #tellSoon(): void {
    this.#news ??= setTimeout(() => {
      this.#news = undefined;
      this.#publish();
    }, newsMs);
  }

  async #look(onMany?: () => void): Promise<void> {
    const topics = await this.#admin.topics();
    this.infos = topics;
    const watermarks = await this.#ends.of(topics, performance.now());
    const byTopic = Map.groupBy(watermarks, ({ topic }) => topic);
    const nowMs = Date.now();
    // A topic that nobody leads a partition of has no offsets, and is there all the same.
    const names = new Set(topics.map(({ name }) => name));
    for (const name of this.#entries.keys()) if (!names.has(name)) this.#forget(name);
    for (const topic of topics) {
      const its: Watermarks[] = byTopic.get(topic.name) ?? [];
      if (this.#entries.get(topic.name)?.isAnother(topic, its)) this.#forget(topic.name);
      const entry = this.#entries.get(topic.name) ?? new TopicEntry(topic.name);
      this.#entries.set(topic.name, entry);
      const partitions = entry.summary.partitions;
      entry.count(topic, its, nowMs);
      if (partitions !== topic.partitions.length) for (const listener of this.listeners) listener.onPartitions?.(topic.name);
    }
    if (watermarks.length > mostPartitions) {
      this.#publish();
      onMany?.();
    }
    await this.#lookAtTails(nowMs);
    await this.#survey.look(this.#entries, (topic) => this.#tellRenamed(topic));
    this.#settleOne();
  }

  /** One after the other: nobody waits for it. */
  #settleOne(): void {
    for (const [topic, entry] of this.#closed || this.#settling.size > 0 ? [] : this.#entries) {
      const [silent] = entry.silent();
      if (silent) return void this.#settle(topic, silent.stream.key).then(() => this.#settleOne());
    }
  }

  #forget(topic: string): void {
    this.#entries.delete(topic);
    // Another topic of that name has other offsets.
    this.#further = this.#further.filter((stretch) => stretch.topic !== topic);
    singleStreams.set(topic, false);
    for (const listener of this.listeners) listener.onGone?.(topic);
  }

  #tellRenamed(topic: string): void {
    for (const listener of this.listeners) listener.onRenamed?.(topic);
  }

  /** Reads the last records of the topics that are new or grew: back from the end, until there are enough that have a value. */
  async #lookAtTails(nowMs: number): Promise<void> {
    let stretches = [...this.#further];
    const before = new Set(stretches.map(({ topic }) => topic));
    const due = new Map([...this.#entries].filter(([name]) => before.has(name)));
    for (const { name, entry } of this.#waiting(nowMs)) {
      if (stretches.length >= mostPartitions) break;
      if (before.has(name)) continue;
      due.set(name, entry);
      stretches.push(...entry.beginTails(nowMs));
    }
    const samples = new Samples();
    const endMs = performance.now() + mostTailsMs;
    let missed: Set<string> | undefined;
    let leftBytes = mostTailsBytes;
    while (stretches.length > 0 && leftBytes > 0 && performance.now() < endMs) {
      const stopped = await this.#sampler.read(samples, stretches, { mostBytes: leftBytes, mostMs: endMs - performance.now() });
      // What was not read in time of the newest records is tried again, also where nothing more is written to it.
      if (stopped) for (const topic of samples.incomplete) due.get(topic)?.postpone();
      missed ??= stopped ? new Set() : samples.incomplete;
      const further: Look[] = [];
      for (const looked of samples.looked) {
        const entry = due.get(looked.topic);
        if (!samples.trouble.has(looked.topic)) entry?.looked(looked);
        const { topic, partition, readTo, to, newFrom } = looked;
        // The newest records are begun anew (postpone), older ones go on.
        if (stopped && !looked.done && before.has(topic)) further.push({ topic, partition, from: readTo, to, newFrom });
        else further.push(...(entry?.furtherTail(looked) ?? []));
      }
      leftBytes -= samples.bytes;
      stretches = further;
    }
    this.#further = stretches;
    for (const [name, entry] of due) {
      const why = samples.trouble.get(name);
      const isLate = missed?.has(name) ?? false;
      // That older records can be read says nothing of the newest, which may be what is wrong.
      if (why !== undefined || !before.has(name)) entry.missed(why ?? (isLate && entry.misses > 0 ? notInTime : null), isLate || why !== undefined);
      const sample = samples.byTopic.get(name);
      // What is older than its newest records does not say what it holds now.
      if (sample?.count && entry.take(sample, !before.has(name))) this.#tellRenamed(name);
    }
  }

  /** Those that wait longest come first. */
  #waiting(nowMs: number): { name: string; entry: TopicEntry }[] {
    const waiting = [...this.#entries].map(([name, entry]) => ({ name, entry, sinceMs: entry.dueSince(nowMs) }));
    return waiting.flatMap(({ sinceMs, ...it }) => (sinceMs === undefined ? [] : { ...it, sinceMs })).sort((a, b) => a.sinceMs - b.sinceMs);
  }

  /** Finds out where a stream's last record is, where that is not known. */
  #settle(topic: string, key: string): Promise<void> {
    const name = `${topic}/${key}`;
    let settling = this.#settling.get(name);
    if (!settling) {
      settling = this.#findLast(topic, key).finally(() => this.#settling.delete(name));
      this.#settling.set(name, settling);
    }
    return settling;
  }

  async #findLast(topic: string, key: string): Promise<void> {
    const entry = this.#entries.get(topic);
    const [silent] = entry?.silent(key) ?? [];
    if (!entry || !silent) return;
    const { stream, from, to } = silent;
    const { partition, offset } = stream.last;
    let found: Picture[] = [];
    try {
      const last = await this.#findLastRecord({ topic, key, partition, offset }, from, to);
      found = [last?.picture, last?.end].filter((record) => record !== undefined);
    } catch {
      // The log cannot be read now, or is gone from there: what was seen of the stream stays.
    }
    entry.settle(key, to, found);
    this.#tellSoon();
  }
}

function byTime(a: StreamSummary, b: StreamSummary): number {
  return b.last.timestampMs - a.last.timestampMs;
}
