/** Which topics there are, what is in them, and how fast they grow. */
import { isUtf8 } from "node:buffer";
import type { Admin, TopicInfo, Watermarks } from "../kafka/admin.ts";
import type { KafkaConfig } from "../kafka/config.ts";
import { codes } from "../kafka/explain.ts";
import { openReader } from "../kafka/reader.ts";
import type { KafkaRecord } from "../record.ts";
import { pictureOf } from "./picture.ts";
import type { StreamSummary, TopicKind, TopicSummary } from "./summary.ts";

const pollMs = 1000;
/** A topic that grows is looked into again so often: a new camera may have joined it. */
const sampleAgainMs = 5000;
const sampleRecords = 32;
const sampleTimeoutMs = 5000;

interface Entry {
  summary: TopicSummary;
  sampledAtMs: number;
  sampledHigh: number;
  /** Of the last polls: when, and how many records had ever been written. */
  history: { atMs: number; written: number }[];
}

export interface CatalogueListener {
  onTopics?(topics: TopicSummary[]): void;
  onBroker?(up: boolean, message: string): void;
  /** What was known of the topic's records holds no more: it was deleted, and perhaps made again. */
  onGone?(topic: string): void;
}

export class Catalogue {
  readonly listeners = new Set<CatalogueListener>();
  broker = { up: true, message: "" };
  readonly #config: KafkaConfig;
  readonly #admin: Admin;
  readonly #entries = new Map<string, Entry>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #published = "";

  constructor(config: KafkaConfig, admin: Admin) {
    this.#config = config;
    this.#admin = admin;
  }

  get topics(): TopicSummary[] {
    return [...this.#entries.values()].map(({ summary }) => summary).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Looks once, then again every second until closed. */
  async start(): Promise<void> {
    await this.#poll();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #poll(): Promise<void> {
    try {
      await this.#look();
      this.#setBroker(true, "");
    } catch (error) {
      this.#setBroker(false, error instanceof Error ? error.message : String(error));
    }
    const topics = this.topics;
    const published = JSON.stringify(topics);
    if (published !== this.#published) {
      this.#published = published;
      for (const listener of this.listeners) listener.onTopics?.(topics);
    }
    if (!this.#closed) this.#timer = setTimeout(() => void this.#poll(), pollMs);
  }

  #setBroker(up: boolean, message: string): void {
    const changed = up !== this.broker.up;
    this.broker = { up, message };
    if (changed) for (const listener of this.listeners) listener.onBroker?.(up, message);
  }

  async #look(): Promise<void> {
    const topics = (await this.#admin.topics()).filter(({ name }) => !name.startsWith("__"));
    const watermarks = await this.#admin.watermarks(topics.flatMap(({ name, partitions }) => partitions.map(({ id }) => ({ topic: name, partition: id }))));
    const byTopic = Map.groupBy(watermarks, ({ topic }) => topic);
    const nowMs = Date.now();
    for (const name of this.#entries.keys()) {
      if (byTopic.has(name)) continue;
      this.#entries.delete(name);
      this.#tellGone(name);
    }
    for (const topic of topics) this.#count(topic, byTopic.get(topic.name) ?? [], nowMs);
    await this.#sample(watermarks, nowMs);
  }

  #count(topic: TopicInfo, watermarks: Watermarks[], nowMs: number): void {
    const written = watermarks.reduce((sum, { high }) => sum + high, 0);
    const records = watermarks.reduce((sum, { low, high }) => sum + high - low, 0);
    let entry = this.#entries.get(topic.name);
    const recreated = entry !== undefined && written < (entry.history.at(-1)?.written ?? 0);
    if (recreated) this.#tellGone(topic.name);
    if (!entry || recreated) {
      entry = {
        summary: { name: topic.name, kind: "empty", partitions: 0, records: 0, ratePerSecond: 0, lastTimestampMs: null, streams: [], keyed: false },
        sampledAtMs: 0,
        sampledHigh: 0,
        history: [],
      };
      this.#entries.set(topic.name, entry);
    }
    entry.history.push({ atMs: nowMs, written });
    if (entry.history.length > 5) entry.history.shift();
    const [first] = entry.history as [{ atMs: number; written: number }];
    const seconds = (nowMs - first.atMs) / 1000;
    const ratePerSecond = seconds > 0 ? Math.round(((written - first.written) / seconds) * 10) / 10 : 0;
    entry.summary = { ...entry.summary, partitions: topic.partitions.length, records, ratePerSecond };
  }

  #tellGone(topic: string): void {
    for (const listener of this.listeners) listener.onGone?.(topic);
  }

  /** Reads the last records of the topics that are new or grew, all through one short-lived reader. */
  async #sample(watermarks: Watermarks[], nowMs: number): Promise<void> {
    const due = new Set<string>();
    for (const [name, entry] of this.#entries) {
      const written = entry.history.at(-1)?.written ?? 0;
      if (written > entry.sampledHigh && (entry.sampledAtMs === 0 || entry.summary.kind === "empty" || nowMs - entry.sampledAtMs >= sampleAgainMs)) {
        due.add(name);
        entry.sampledAtMs = nowMs;
        entry.sampledHigh = written;
      }
    }
    const partitions = watermarks.filter(({ topic, low, high }) => due.has(topic) && high > low);
    if (partitions.length === 0) return;
    const samples = await this.#readSamples(partitions);
    for (const [name, records] of samples) {
      const entry = this.#entries.get(name);
      if (entry) entry.summary = { ...entry.summary, ...describeSamples(records, entry.summary.streams) };
    }
  }

  async #readSamples(partitions: Watermarks[]): Promise<Map<string, KafkaRecord[]>> {
    const places = await this.#admin.resolve({ at: "tail", count: sampleRecords }, partitions);
    const ends = new Map(partitions.map(({ topic, partition, high }) => [`${topic}/${partition}`, high]));
    const samples = new Map<string, KafkaRecord[]>();
    const reader = await openReader(this.#config, places, undefined, { "queued.max.messages.kbytes": 16_384 });
    const deadline = AbortSignal.timeout(sampleTimeoutMs);
    try {
      while (ends.size > 0) {
        const batch = await reader.next(deadline);
        if (!batch) break;
        for (const event of batch.events) if (event.code === codes.partitionEof) ends.delete(`${event.topic}/${event.partition}`);
        for (const record of batch) {
          const place = `${record.topic}/${record.partition}`;
          const end = ends.get(place);
          if (end === undefined) continue;
          samples.set(record.topic, [...(samples.get(record.topic) ?? []), record]);
          if (record.offset >= end - 1) ends.delete(place);
        }
      }
    } finally {
      await reader.close();
    }
    return samples;
  }
}

/** @param known streams that were seen earlier: a silent one stays */
function describeSamples(records: KafkaRecord[], known: StreamSummary[]): Pick<TopicSummary, "kind" | "streams" | "lastTimestampMs" | "keyed"> {
  const streams = new Map(known.map((stream) => [stream.key, stream]));
  let byKt = false;
  for (const record of records) {
    const picture = pictureOf(record);
    if (!picture) continue;
    byKt ||= picture.byKt;
    if (picture.end && streams.has(picture.key)) continue;
    const partitions = new Set(streams.get(picture.key)?.partitions).add(picture.partition);
    streams.set(picture.key, {
      key: picture.key,
      contentType: picture.type,
      width: picture.width,
      height: picture.height,
      partitions: [...partitions].sort((a, b) => a - b),
    });
  }
  const lastTimestampMs = Math.max(...records.map(({ timestampMs }) => timestampMs));
  const sorted = [...streams.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return { kind: kindOf(records, byKt), streams: sorted, lastTimestampMs, keyed: records.some(({ key }) => key !== null) };
}

/** By the newest record that has a value. */
function kindOf(records: KafkaRecord[], byKt: boolean): TopicKind {
  const newest = records.findLast(({ value }) => value !== null);
  if (!newest?.value) return "text";
  if (pictureOf(newest)) return byKt ? "video" : "image";
  const bytes = Buffer.from(newest.value.buffer, newest.value.byteOffset, newest.value.byteLength);
  if (!isUtf8(bytes)) return "binary";
  const text = bytes.toString();
  if (/^\s*[{[]/.test(text) && isJson(text)) return "json";
  // A number alone may be a word in a text; where there is nothing else they are measured.
  return records.every(({ value }) => value === null || isNumber(value)) ? "json" : "text";
}

function isNumber(value: Uint8Array): boolean {
  return value.length < 40 && /^\s*-?\d+(\.\d+)?(e[+-]?\d+)?\s*$/i.test(Buffer.from(value).toString("latin1"));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
