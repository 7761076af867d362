/** Stretches of a topic's partitions, read at full speed by a consumer of its own: nothing of it goes through what viewers share. */
import { KtError } from "../../errors.ts";
import type { RecordBatch } from "../../kafka/batch.ts";
import { boundedReading, type KafkaConfig, type Properties } from "../../kafka/config.ts";
import { codes } from "../../kafka/explain.ts";
import { openReader, PackedReader, type ReaderLimits, raiseFatal } from "../../kafka/read/reader.ts";
import { type Unreadable, unreadablesOf } from "../../kafka/read/unreadable.ts";
import type { Stretch } from "../../record.ts";

/** Batches are looked through and left: their memory is used again. */
const limits: ReaderLimits = { maxRecords: 4096, maxBytes: 1 << 20, inTurns: true };
const tuning: Properties = {
  ...boundedReading,
  // Of what is fetched beyond the end of a stretch, nothing is of use.
  "queued.min.messages": 50_000,
  "queued.max.messages.kbytes": 16_384,
  "fetch.message.max.bytes": 1_048_576,
  "fetch.message.growth.max.bytes": 4_194_304,
  "fetch.wait.max.ms": 10,
};
const mostToldOf = 100;
/** Whoever waits hears of it so often. */
const tickMs = 250;
/** A broker that restarts is waited for; */
const mostSilentMs = 20_000;
/** and whoever else is served meanwhile waits no longer than that. */
const longestHoldMs = 4;

export class Scan {
  readonly #config: KafkaConfig;
  readonly #topic: string;
  #reader: PackedReader | undefined;
  #turnAtMs = performance.now();
  /** Up to where each partition was read: from here on nothing was looked at. */
  readonly reached = new Map<number, number>();
  /** Records that were looked at, and their bytes. */
  records = 0;
  bytes = 0;
  /** Records that are too large, or broken, */
  unreadable = 0;
  /** and where the first of them are. */
  readonly leftOut: Unreadable[] = [];

  constructor(config: KafkaConfig, topic: string) {
    this.#config = config;
    this.#topic = topic;
  }

  /**
   * @param stretches one of each partition
   * @yields batches of records of these stretches alone, each good until the next one is asked for; undefined where none came for a while
   * @throws KtError where they cannot be read
   */
  async *read(stretches: readonly Stretch[], signal: AbortSignal): AsyncGenerator<RecordBatch | undefined> {
    const open = new Map(stretches.map((stretch) => [stretch.partition, stretch]));
    for (const { partition, from } of stretches) this.reached.set(partition, from);
    const reader = await this.#begin(stretches);
    let tick = AbortSignal.any([signal, AbortSignal.timeout(tickMs)]);
    for (let silentSinceMs = performance.now(); open.size > 0; ) {
      if (tick.aborted) tick = AbortSignal.any([signal, AbortSignal.timeout(tickMs)]);
      const batch = await reader.next(tick);
      if (signal.aborted) return;
      await this.#letOthers();
      if (!batch) {
        if (performance.now() - silentSinceMs > mostSilentMs) throw notInTime(this.#topic);
        yield undefined;
        continue;
      }
      silentSinceMs = performance.now();
      this.#follow(batch, open);
      const came = batch.length;
      cutTo(stretches, batch);
      this.records += batch.length;
      if (batch.length > 0) this.bytes += Math.round((batch.bytes * batch.length) / came);
      if (batch.length > 0) yield batch;
      raiseFatal(batch);
    }
  }

  async close(): Promise<void> {
    await this.#reader?.close();
  }

  async #begin(stretches: readonly Stretch[]): Promise<PackedReader> {
    const places = stretches.map(({ topic, partition, from }) => ({ topic, partition, offset: from }));
    if (!this.#reader) {
      this.#reader = await openReader(this.#config, places, limits, tuning);
      return this.#reader;
    }
    // The thread that packs batches may hold what was fetched before: it ends with that.
    this.#reader.detach();
    this.#reader.client.assign(places);
    this.#reader = new PackedReader(this.#reader.client, this.#reader.log, limits);
    return this.#reader;
  }

  /** How far the stretches are read, and which are at their end. */
  #follow(batch: RecordBatch, open: Map<number, Stretch>): void {
    const reach = (partition: number, offset: number) => {
      const stretch = open.get(partition);
      if (!stretch || offset <= (this.reached.get(partition) ?? 0)) return;
      this.reached.set(partition, Math.min(offset, stretch.to));
      if (offset >= stretch.to) open.delete(partition);
    };
    const unreadables = unreadablesOf(batch);
    for (const left of unreadables) {
      const stretch = open.get(left.partition);
      const count = stretch ? Math.min(left.to, stretch.to) - Math.max(left.from, stretch.from) : 0;
      if (count <= 0) continue;
      this.unreadable += count;
      if (this.leftOut.length < mostToldOf) this.leftOut.push(left);
    }
    for (const { partition, to } of batch.runs()) reach(partition, batch.offset(to - 1) + 1);
    for (const { partition, to } of unreadables) reach(partition, to);
    // Where a transaction is open, or markers stand at the end, there is nothing more to come.
    for (const event of batch.events) if (event.code === codes.partitionEof) reach(event.partition, Number.MAX_SAFE_INTEGER);
  }

  /** Batches that are there already come without a turn of the event loop between them. */
  async #letOthers(): Promise<void> {
    if (performance.now() - this.#turnAtMs < longestHoldMs) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#turnAtMs = performance.now();
  }
}

/** Leaves out what is not of the stretches. Mostly all of a batch is. */
function cutTo(stretches: readonly Stretch[], batch: RecordBatch): void {
  const of = (partition: number) => stretches.find((stretch) => stretch.partition === partition);
  const isIn = (stretch: Stretch | undefined, offset: number) => stretch !== undefined && offset >= stretch.from && offset < stretch.to;
  const whole = batch.runs().every(({ partition, from, to }) => isIn(of(partition), batch.offset(from)) && isIn(of(partition), batch.offset(to - 1)));
  if (!whole) batch.filter((index) => isIn(of(batch.partition(index)), batch.offset(index)));
}

function notInTime(topic: string): KtError {
  const hint = "Search on from where it ended once the broker answers.";
  return new KtError({ code: "kafka", message: `Nothing of '${topic}' came for ${mostSilentMs / 1000} seconds.`, hint, retryable: true });
}
