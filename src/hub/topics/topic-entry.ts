/** What is known of one topic: its numbers, what is in it, and how much of it was looked at. */
import type { TopicInfo, Watermarks } from "../../kafka/admin/admin.ts";
import { KeyHabit } from "../../video/key-habit.ts";
import type { Picture } from "../picture.ts";
import { type Gap, LookedAt } from "./looked-at.ts";
import { type Sample, withStream } from "./sample.ts";
import type { Look, Looked } from "./samples.ts";
import { singleStreams } from "./stream-name.ts";
import type { StreamSummary, TopicSummary } from "./summary.ts";

/** A topic that grows is looked into again so often: a new camera may have joined it. */
const sampleAgainMs = 5000;
/** But one that could not be read, as it has no leader or is not for us, holds up the others: it is tried less and less often. */
const mostWaitMs = 60_000;
/** The rate is that of so many polls. */
const polls = 5;
/** Of each partition the last of its records are looked at: */
const leastSampleRecords = 32;
/** where they are large, fewer of them; */
const mostLeastBytes = 16 << 20;
/** of a topic with many streams those of so long, as far as this does not become too much. */
const sampleSeconds = 2;
const mostSampleRecords = 1024;
const mostSampleBytes = 4 << 20;
/** As long as nobody knows how large records are, a few show it, and of many partitions one in each. */
const firstRecords = 8;
const mostFirstRecords = 64;
/** So many of them have to have a value; where transactions, compaction and tombstones left fewer, older ones are looked at. */
const leastValues = 8;
/** What is looked at of them is so many times as long as what brought nothing, */
const growth = 4;
/** but no longer than this. */
const mostStretch = 1 << 19;
/** Of more partitions these are looked at in turns. */
const mostPartitions = 256;
/** More streams than that are not shown one by one. */
const mostStreams = 1024;
/** More than that are not learnt from who reads the topic: each picture may have a key of its own. */
const mostLearntStreams = 256;
/** It is looked into soon, where so many have come. */
const manyLearnt = 8;
/** So many pictures tell that each has a key of its own, also where there are more in the log. */
const tellingPictures = 128;
/** A slow stream comes back again and again. */
const backSilentMs = 60_000;
/** What happened in the last minute is near. */
const nearSeconds = 60;
const leastNearRecords = 64;

interface Partition {
  low: number;
  high: number;
  /** Somebody leads it. */
  led: boolean;
  looked: LookedAt;
  lookedAtMs: number;
}

/** How the last records of a partition are looked for, look after look. */
interface TailLook {
  wanted: number;
  values: number;
  /** What was new before the first look. */
  newFrom: number;
}

export class TopicEntry {
  summary: TopicSummary;
  misses = 0;
  readonly #partitions = new Map<number, Partition>();
  #habit = new KeyHabit();
  /** It is described by a record that has a value. */
  #hasValue = false;
  /** Up to where it is known of a stream that it was silent, by key. */
  readonly #silentTo = new Map<string, number>();
  readonly #history: { atMs: number; written: number }[] = [];
  #tails = new Map<number, TailLook>();
  #sampledAtMs = 0;
  #meanBytes = 0;
  #learnt = 0;
  /** It was looked at once, when its rate was not known yet. */
  #young = true;

  constructor(name: string) {
    this.summary = {
      name,
      kind: "empty",
      partitions: 0,
      leaderless: 0,
      records: 0,
      ratePerSecond: 0,
      lastTimestampMs: null,
      streams: [],
      keyed: false,
      trouble: null,
    };
  }

  /** How many records had ever been written. Of a partition without a leader holds what was known of it. */
  written(topic: TopicInfo, watermarks: Watermarks[]): number {
    const high = new Map(watermarks.map((its) => [its.partition, its.high]));
    return sum(topic.partitions.map(({ id }) => high.get(id) ?? this.#partitions.get(id)?.high ?? 0));
  }
  /** @returns whether it is another topic of the same name: one that was there has as many as before */
  isAnother(topic: TopicInfo, watermarks: Watermarks[]): boolean {
    return this.written(topic, watermarks) < (this.#history.at(-1)?.written ?? 0);
  }

  count(topic: TopicInfo, watermarks: Watermarks[], nowMs: number): void {
    const ids = new Set(topic.partitions.map(({ id }) => id));
    for (const id of this.#partitions.keys()) if (!ids.has(id)) this.#partitions.delete(id);
    for (const partition of this.#partitions.values()) partition.led = false;
    for (const { partition, low, high } of watermarks) {
      const known = this.#partitions.get(partition);
      const looked = known?.looked ?? new LookedAt();
      looked.bounds(low, high);
      this.#partitions.set(partition, { low, high, led: true, looked, lookedAtMs: known?.lookedAtMs ?? 0 });
    }
    this.#history.push({ atMs: nowMs, written: this.written(topic, watermarks) });
    if (this.#history.length > polls) this.#history.shift();
    const [first, last] = [this.#history[0], this.#history.at(-1)] as [{ atMs: number; written: number }, { atMs: number; written: number }];
    const seconds = (last.atMs - first.atMs) / 1000;
    const ratePerSecond = seconds > 0 ? Math.round(((last.written - first.written) / seconds) * 10) / 10 : 0;
    const records = sum([...this.#partitions.values()].map(({ low, high }) => high - low));
    this.summary = { ...this.summary, partitions: topic.partitions.length, leaderless: topic.partitions.length - watermarks.length, records, ratePerSecond };
  }

  /** When it was looked into last; undefined where it is not to be looked into yet. */
  dueSince(nowMs: number): number | undefined {
    return this.#grown.length > 0 && nowMs - this.#sampledAtMs >= this.#waitMs ? this.#sampledAtMs : undefined;
  }

  /** Where its last records are looked for first. */
  beginTails(nowMs: number): Look[] {
    const partitions = this.#grown.sort(([, a], [, b]) => a.lookedAtMs - b.lookedAtMs).slice(0, mostPartitions);
    const wanted = this.#sampleSize(partitions.length);
    this.#young = this.#sampledAtMs === 0;
    this.#sampledAtMs = nowMs;
    this.#learnt = 0;
    this.#tails = new Map(partitions.map(([id, { looked }]) => [id, { wanted, values: 0, newFrom: looked.to }]));
    return partitions.map(([partition, its]) => {
      its.lookedAtMs = nowMs;
      const records = this.#meanBytes === 0 ? Math.min(wanted, firstRecords, Math.ceil(mostFirstRecords / partitions.length)) : wanted;
      return { topic: this.summary.name, partition, from: Math.max(its.low, its.high - records), to: its.high, newFrom: its.looked.to };
    });
  }

  /** @returns where older ones are looked for, as there were too few in that stretch */
  furtherTail({ partition, from, to, values, bytes, records, done }: Looked): Look[] {
    const [tail, its] = [this.#tails.get(partition), this.#partitions.get(partition)];
    if (!tail || !its || !done) return [];
    tail.values += values;
    const isFirst = tail.newFrom === 0;
    if (isFirst && records > 0) tail.wanted = Math.min(tail.wanted, Math.ceil(mostLeastBytes / this.#tails.size / Math.max(1, bytes / records)));
    const missing = tail.wanted - tail.values;
    if (from <= its.low || missing <= 0 || (!isFirst && tail.values >= leastValues)) return [];
    const length = to - from;
    const size = Math.min(mostStretch, values === 0 ? length * growth : Math.min(length * growth * 2, Math.ceil((missing * length) / values)));
    return [{ topic: this.summary.name, partition, from: Math.max(its.low, from - size), to: from, newFrom: tail.newFrom }];
  }

  /** Its turn did not come after all: it is the first of the next round. */
  postpone(): void {
    this.#sampledAtMs = 0;
  }

  looked({ partition, from, readTo }: Looked): void {
    this.#partitions.get(partition)?.looked.add({ from, to: readTo });
  }

  /** @param why the last records could not be looked at; null where they were */
  missed(why: string | null, again: boolean): void {
    this.misses = again ? this.misses + 1 : 0;
    this.summary = { ...this.summary, trouble: why };
  }

  /** @param isTail its newest records are among them @returns whether its streams have other names from now on */
  take(sample: Sample, isTail: boolean): boolean {
    if (isTail || !this.#hasValue) {
      this.#meanBytes = sample.bytes / sample.count;
      const { lastTimestampMs } = this.summary;
      this.summary = { ...this.summary, ...sample.describe(this.summary) };
      if (!isTail)
        this.summary.lastTimestampMs = Math.max(lastTimestampMs ?? Number.NEGATIVE_INFINITY, this.summary.lastTimestampMs ?? Number.NEGATIVE_INFINITY);
    }
    this.#hasValue ||= sample.hasValue;
    // What could not be read whole is read again, and would be counted twice.
    if (this.summary.trouble === null) this.#hear(sample);
    const { name, streams } = this.summary;
    const isSingle = this.#habit.isOwn && (singleStreams.has(name) || this.#habit.pictures >= tellingPictures || this.places().length === 0);
    const renamed = singleStreams.set(name, isSingle);
    if (renamed) this.#rename(isSingle ? asOne(sample.streams(streams)) : [], isSingle);
    else this.#show(sample.streams(streams));
    return renamed;
  }

  #hear(sample: Sample): void {
    const latest = new KeyHabit();
    sample.tell(latest);
    // Keys that come again in one look are not those of single pictures, whatever was written before.
    if (latest.isNamed && latest.pictures >= leastValues) this.#habit = latest;
    else sample.tell(this.#habit);
  }

  #show(streams: StreamSummary[]): void {
    const known = new Set(this.summary.streams.map(({ key }) => key));
    const shown = streams.length <= mostStreams ? streams : streams.filter(({ key }) => known.has(key));
    this.summary = { ...this.summary, streams: shown };
  }

  #rename(streams: StreamSummary[], isSingle: boolean): void {
    this.summary = { ...this.summary, streams };
    this.#silentTo.clear();
    if (isSingle) return;
    // What was found under one name is looked for again, by those that its keys tell.
    this.#learnt = manyLearnt;
    for (const its of this.#partitions.values()) {
      its.looked = new LookedAt();
      its.looked.bounds(its.low, its.high);
    }
  }

  /** Somebody who reads the topic has come upon a stream. @returns whether that is news */
  learn(picture: Picture): boolean {
    const { streams } = this.summary;
    if (picture.end || streams.length >= mostLearntStreams || streams.some(({ key }) => key === picture.key)) return false;
    this.#learnt++;
    this.summary = { ...this.summary, streams: withStream(streams, picture) };
    return true;
  }

  /** The places whose looks tell most of which streams there are, one in each partition. */
  places(): (Gap & { topic: string; partition: number })[] {
    const { name, kind, ratePerSecond, partitions } = this.summary;
    if (singleStreams.has(name) || (kind !== "video" && kind !== "image" && kind !== "empty")) return [];
    const near = Math.max(leastNearRecords, Math.ceil((ratePerSecond * nearSeconds) / Math.max(1, partitions)));
    return [...this.#partitions].flatMap(([partition, { led, looked }]) => {
      const gap = led ? looked.next(near) : undefined;
      return gap ? [{ ...gap, topic: name, partition }] : [];
    });
  }

  get meanBytes(): number {
    return this.#meanBytes;
  }

  /** Streams that others went on without, and where each of them may have gone on. */
  silent(key?: string): { stream: StreamSummary; from: number; to: number }[] {
    return this.summary.streams.flatMap((stream) => {
      const { partition, offset, timestampMs } = stream.last;
      const looked = this.#partitions.get(partition)?.looked;
      const silentTo = this.#silentTo.get(stream.key);
      // Of one of which there is but its end mark, the last picture is looked for all the same.
      if (!looked || (offset >= looked.newestFrom && stream.contentType !== "") || (key !== undefined && stream.key !== key)) return [];
      // One that was looked for is not looked for again, until somebody asks for it; one that came back and went, in a while.
      const isBack = silentTo !== undefined && offset >= silentTo && Date.now() - timestampMs > backSilentMs;
      if (silentTo !== undefined && (key === undefined ? !isBack : silentTo >= looked.newestFrom)) return [];
      return [{ stream, from: Math.max(offset + 1, silentTo ?? 0), to: Math.max(offset + 1, looked.newestFrom) }];
    });
  }

  /** The stream is silent up to an offset since its last records. */
  settle(key: string, to: number, records: Picture[]): void {
    this.#silentTo.set(key, to);
    const { streams } = this.summary;
    if (streams.some((stream) => stream.key === key))
      this.summary = { ...this.summary, streams: records.reduce((all, record) => withStream(all, record), streams) };
  }

  get #grown(): [number, Partition][] {
    return [...this.#partitions].filter(([, { led, low, high, looked }]) => led && high > low && high > looked.to);
  }

  get #waitMs(): number {
    if (this.misses > 1) return Math.min((this.misses - 1) * 2 * sampleAgainMs, mostWaitMs);
    return this.#young || this.summary.kind === "empty" || this.#learnt >= manyLearnt ? 0 : sampleAgainMs;
  }

  /** A topic with one stream tells no more in a thousand records than in a few. */
  #sampleSize(partitions: number): number {
    const { streams, ratePerSecond } = this.summary;
    const each = Math.max(1, this.summary.partitions);
    const mean = Math.max(1, this.#meanBytes);
    const least = Math.min(leastSampleRecords, mostLeastBytes / Math.max(1, partitions) / mean);
    const wanted =
      streams.length < 2 ? 0 : Math.min(mostSampleRecords, (ratePerSecond * sampleSeconds) / each, mostSampleBytes / Math.max(1, partitions) / mean);
    return Math.max(1, Math.ceil(Math.max(least, wanted)));
  }
}

/** All of them are one stream: what is known of the newest. */
function asOne(streams: StreamSummary[]): StreamSummary[] {
  const [newest] = streams.toSorted((a, b) => b.last.timestampMs - a.last.timestampMs);
  const partitions = [...new Set(streams.flatMap((stream) => stream.partitions))].sort((a, b) => a - b);
  return newest ? [{ ...newest, key: "", partitions }] : [];
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
