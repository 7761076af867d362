/** What a topic holds already, read once and in bounds: its last records, or some that are spread over all of it. */
import type { Admin, Watermarks } from "../../kafka/admin/admin.ts";
import type { RecordBatch } from "../../kafka/batch.ts";
import { boundedReading, type KafkaConfig } from "../../kafka/config.ts";
import { codes } from "../../kafka/explain.ts";
import { openReader, PackedReader, type ReaderLimits } from "../../kafka/read/reader.ts";
import type { Stretch } from "../../record.ts";
import { Turns } from "../../turns.ts";

/** A spread has so many stretches of records that stand together: a topic of several keys shows most of them in each. */
const spreadStretches = 160;
/** Jumping to a stretch takes milliseconds of waiting. */
const sideBySide = 4;
/** However many viewers come at once, there are so many readers. */
const turns = new Turns(8);

export type TakeBatch = (batch: RecordBatch) => void;

const timeoutMs = 10_000;
const limits: ReaderLimits = { maxRecords: 2048, maxBytes: 1 << 20 };
/** More than a stretch is only fetched to be thrown away. */
const tuning = {
  ...boundedReading,
  "queued.max.messages.kbytes": 16_384,
  "queued.min.messages": 1000,
  "fetch.message.max.bytes": 262_144,
  "fetch.wait.max.ms": 10,
};

/**
 * The topic's records in front of the given ends, since a time if there is one.
 * @param ends where in each partition somebody reads on who sees what comes
 */
export async function storedStretches(admin: Admin, topic: string, ends: ReadonlyMap<number, number>, sinceMs: number | null): Promise<Stretch[]> {
  const watermarks = await admin.watermarks([...ends.keys()].map((partition) => ({ topic, partition })));
  const begin = sinceMs === null ? null : await admin.resolve({ at: "time", timeMs: sinceMs }, watermarks);
  return watermarks
    .map(({ partition, low, high }: Watermarks) => ({
      topic,
      partition,
      from: Math.max(low, begin?.find((place) => place.partition === partition)?.offset ?? low),
      // A topic that was deleted and made again ends before the place where somebody read on.
      to: Math.min(ends.get(partition) ?? low, high),
    }))
    .filter(({ from, to }) => from < to);
}

/** The last records of each partition, `count` in all where the partitions are equally long and up to four times as many where not. Pure. */
export function lastOf(stretches: Stretch[], count: number): Stretch[] {
  const most = Math.ceil(count / Math.max(1, Math.ceil(stretches.length / 4)));
  return stretches.map((stretch) => ({ ...stretch, from: Math.max(stretch.from, stretch.to - most) }));
}

/** Stretches that are spread evenly, of so many records in all. Pure. */
export function spreadOver(stretches: Stretch[], records: number): Stretch[] {
  const total = sizeOf(stretches);
  const stretchRecords = Math.max(1, Math.floor(records / spreadStretches));
  return stretches.flatMap((stretch) => {
    const size = stretch.to - stretch.from;
    const count = Math.max(1, Math.round((size / total) * spreadStretches));
    const length = Math.min(stretchRecords, Math.floor(size / count));
    const step = count > 1 ? (size - length) / (count - 1) : 0;
    return Array.from({ length: count }, (_, i) => {
      const to = stretch.to - Math.round((count - 1 - i) * step);
      return { ...stretch, from: to - length, to };
    });
  });
}

/** Ranges cut in two, so that of large records the newest are read, and the rest only where they are small. Pure. */
export function newestFirst(stretches: Stretch[], count: number): [newest: Stretch[], rest: Stretch[]] {
  const newest = lastOf(stretches, count);
  return [newest, stretches.map((stretch, i) => ({ ...stretch, to: (newest[i] as Stretch).from })).filter(({ from, to }) => from < to)];
}

/** How many records stretches have, those that were removed from the log among them. */
export function sizeOf(stretches: Stretch[]): number {
  return stretches.reduce((sum, { from, to }) => sum + to - from, 0);
}

/**
 * Reads the stretches of a spread, in no order.
 * @param mostBytes of values, an equal share for each stretch
 * @param signal ends it when nobody waits for it any more
 * @returns how many of their records were left out
 */
export async function readSpread(config: KafkaConfig, spread: Stretch[], mostBytes: number, take: TakeBatch, signal?: AbortSignal): Promise<number> {
  const size = Math.ceil(spread.length / sideBySide);
  const parts = [...Map.groupBy(spread, ({ partition }) => partition).values()].flatMap((its) =>
    Array.from({ length: Math.ceil(its.length / size) }, (_, i) => its.slice(i * size, (i + 1) * size)),
  );
  const unread = await Promise.all(parts.map((part) => readStretches(config, part, (mostBytes * part.length) / spread.length, take, signal)));
  return unread.reduce((sum, count) => sum + count, 0);
}

/**
 * Reads stretches: those of different partitions side by side, those of one partition one after the other. It has a consumer
 * of its own and leaves the archive's cache alone: a chart or a search reads far more than anybody asks for again, and would
 * displace what players need.
 * @param mostBytes of values, an equal share for each stretch: of one that has more, the rest is left out
 * @param signal ends it when nobody waits for it any more
 * @returns how many records were left out
 */
export async function readStretches(config: KafkaConfig, stretches: Stretch[], mostBytes: number, take: TakeBatch, signal?: AbortSignal): Promise<number> {
  return stretches.length > 0 ? turns.take(() => read(config, stretches, mostBytes / stretches.length, take, signal), signal) : 0;
}

/** What tells how large the records are. */
export const firstLook = 64;
/** Each look back is so many times as long as the one before. */
const growth = 8;

/**
 * Reads the newest records of each partition first, and then older ones, look after look, until so many bytes are read.
 * @param take gets each partition's stretches from the newest to the oldest, and each of them from its oldest on
 * @returns how many records were not read
 */
export async function readNewest(config: KafkaConfig, stretches: Stretch[], mostBytes: number, take: TakeBatch, signal?: AbortSignal): Promise<number> {
  const means = new Map<number, { bytes: number; records: number }>();
  let unread = 0;
  let left = mostBytes;
  let rest = stretches;
  for (let look = firstLook; rest.length > 0 && left > 0; look *= growth) {
    const share = left / rest.length;
    const window = rest.map((stretch) => ({
      ...stretch,
      from: Math.max(stretch.from, stretch.to - Math.min(look, fitting(means.get(stretch.partition), share))),
    }));
    unread += await readStretches(
      config,
      window,
      left,
      (batch) => {
        for (let index = 0; index < batch.length; index++) {
          const bytes = batch.value(index)?.length ?? 0;
          const mean = means.get(batch.partition(index)) ?? { bytes: 0, records: 0 };
          means.set(batch.partition(index), { bytes: mean.bytes + bytes, records: mean.records + 1 });
          left -= bytes;
        }
        take(batch);
      },
      signal,
    );
    rest = rest.map((stretch, i) => ({ ...stretch, to: (window[i] as Stretch).from })).filter(({ from, to }) => from < to);
    if (left < mostBytes / 100 || signal?.aborted) break;
  }
  return unread + sizeOf(rest);
}

/** How many records of that size there is room for: at least one. */
function fitting(mean: { bytes: number; records: number } | undefined, bytes: number): number {
  return mean ? Math.max(1, Math.floor(bytes / Math.max(1, mean.bytes / mean.records))) : firstLook;
}

async function read(config: KafkaConfig, stretches: Stretch[], mostBytesEach: number, take: TakeBatch, signal: AbortSignal | undefined): Promise<number> {
  let unread = 0;
  const waiting = Map.groupBy(stretches, ({ partition }) => partition);
  const current = new Map([...waiting].map(([partition, its]) => [partition, reading(its.shift() as Stretch)]));
  const begin = [...current.values()].map(({ stretch }) => place(stretch));
  let reader = await openReader(config, begin, limits, tuning);
  const timeout = AbortSignal.timeout(timeoutMs);
  const deadline = signal ? AbortSignal.any([timeout, signal]) : timeout;
  const goOn = (partition: number) => {
    const stretch = waiting.get(partition)?.shift();
    if (!stretch) return void current.delete(partition);
    current.set(partition, reading(stretch));
    // The thread that packs batches may hold what was fetched before the jump: it ends with that.
    reader.detach();
    reader.client.assign([place(stretch)]);
    reader = new PackedReader(reader.client, reader.log, limits);
  };
  try {
    while (current.size > 0) {
      const batch = await reader.next(deadline);
      // Out of time, or nobody waits any more: what was not read of each stretch is left out.
      if (!batch)
        return (
          unread + [...current.values()].reduce((sum, { stretch, next }) => sum + Math.max(0, stretch.to - next), 0) + sizeOf([...waiting.values()].flat())
        );
      const reached = new Map<number, number>();
      for (const { partition, to } of batch.runs()) reached.set(partition, batch.offset(to - 1));
      for (const event of batch.events) if (event.code === codes.partitionEof) reached.set(event.partition, Number.POSITIVE_INFINITY);
      batch.filter((index) => {
        const reading = current.get(batch.partition(index));
        if (!reading) return false;
        const offset = batch.offset(index);
        if (offset < reading.stretch.from || offset >= reading.stretch.to || reading.bytes >= mostBytesEach) return false;
        reading.bytes += batch.value(index)?.length ?? 0;
        reading.next = offset + 1;
        return true;
      });
      if (batch.length > 0) take(batch);
      for (const [partition, offset] of reached) {
        const reading = current.get(partition);
        if (!reading) continue;
        const enough = reading.bytes >= mostBytesEach;
        if (offset < reading.stretch.to - 1 && !enough) continue;
        if (enough) unread += Math.max(0, reading.stretch.to - reading.next);
        goOn(partition);
      }
    }
    return unread;
  } finally {
    await reader.close();
  }
}

function reading(stretch: Stretch): { stretch: Stretch; bytes: number; next: number } {
  return { stretch, bytes: 0, next: stretch.from };
}

function place({ topic, partition, from }: Stretch) {
  return { topic, partition, offset: from };
}
