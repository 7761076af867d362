/** What a topic holds already, read once and in bounds: its last records, or some that are spread over all of it. */
import type { Admin, Watermarks } from "../kafka/admin.ts";
import type { RecordBatch } from "../kafka/batch.ts";
import { boundedReading, type KafkaConfig } from "../kafka/config.ts";
import { codes } from "../kafka/explain.ts";
import { openReader, PackedReader, type ReaderLimits } from "../kafka/reader.ts";
import { Turns } from "../turns.ts";

/** Offsets [from, to) of a partition. */
export interface Range {
  topic: string;
  partition: number;
  from: number;
  to: number;
}

/** A spread has so many stretches of records that stand together: a topic of several keys shows most of them in each. */
const stretches = 160;
const stretchRecords = 12;
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
export async function storedRanges(admin: Admin, topic: string, ends: ReadonlyMap<number, number>, sinceMs: number | null): Promise<Range[]> {
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
export function lastOf(ranges: Range[], count: number): Range[] {
  const most = Math.ceil(count / Math.max(1, Math.ceil(ranges.length / 4)));
  return ranges.map((range) => ({ ...range, from: Math.max(range.from, range.to - most) }));
}

/** Stretches that are spread evenly. Pure. */
export function spreadOver(ranges: Range[]): Range[] {
  const total = sizeOf(ranges);
  return ranges.flatMap((range) => {
    const size = range.to - range.from;
    const count = Math.max(1, Math.round((size / total) * stretches));
    const length = Math.min(stretchRecords, Math.floor(size / count));
    const step = count > 1 ? (size - length) / (count - 1) : 0;
    return Array.from({ length: count }, (_, i) => {
      const to = range.to - Math.round((count - 1 - i) * step);
      return { ...range, from: to - length, to };
    });
  });
}

/** Ranges cut in two, so that of large records the newest are read, and the rest only where they are small. Pure. */
export function newestFirst(ranges: Range[], count: number): [newest: Range[], rest: Range[]] {
  const newest = lastOf(ranges, count);
  return [newest, ranges.map((range, i) => ({ ...range, to: (newest[i] as Range).from })).filter(({ from, to }) => from < to)];
}

/** How many records ranges have, those that were removed from the log among them. */
export function sizeOf(ranges: Range[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}

/**
 * Reads the stretches of a spread, in no order.
 * @param mostBytes of values, an equal share for each stretch
 * @param signal ends it when nobody waits for it any more
 */
export async function readSpread(config: KafkaConfig, spread: Range[], mostBytes: number, take: TakeBatch, signal?: AbortSignal): Promise<void> {
  const size = Math.ceil(spread.length / sideBySide);
  const parts = [...Map.groupBy(spread, ({ partition }) => partition).values()].flatMap((its) =>
    Array.from({ length: Math.ceil(its.length / size) }, (_, i) => its.slice(i * size, (i + 1) * size)),
  );
  await Promise.all(parts.map((part) => readRanges(config, part, (mostBytes * part.length) / spread.length, take, signal)));
}

/**
 * Reads a range of each of several partitions side by side, or several ranges of one in their order. The reader is
 * its own: a chart and a search look at far more than anybody comes back to, which would displace what the archive keeps.
 * @param mostBytes of values, an equal share for each range: of one that has more, the rest is left out
 * @param signal ends it when nobody waits for it any more
 */
export async function readRanges(config: KafkaConfig, ranges: Range[], mostBytes: number, take: TakeBatch, signal?: AbortSignal): Promise<void> {
  if (ranges.length > 0) await turns.take(() => read(config, ranges, mostBytes / ranges.length, take, signal), signal);
}

async function read(config: KafkaConfig, ranges: Range[], mostBytesEach: number, take: TakeBatch, signal: AbortSignal | undefined): Promise<void> {
  const waiting = Map.groupBy(ranges, ({ partition }) => partition);
  const current = new Map([...waiting].map(([partition, its]) => [partition, { range: its.shift() as Range, bytes: 0 }]));
  const begin = [...current.values()].map(({ range }) => place(range));
  let reader = await openReader(config, begin, limits, tuning);
  const timeout = AbortSignal.timeout(timeoutMs);
  const deadline = signal ? AbortSignal.any([timeout, signal]) : timeout;
  const goOn = (partition: number) => {
    const range = waiting.get(partition)?.shift();
    if (!range) return void current.delete(partition);
    current.set(partition, { range, bytes: 0 });
    // The thread that packs batches may hold what was fetched before the jump: it ends with that.
    reader.detach();
    reader.client.assign([place(range)]);
    reader = new PackedReader(reader.client, reader.log, limits);
  };
  try {
    while (current.size > 0) {
      const batch = await reader.next(deadline);
      if (!batch) return;
      const reached = new Map<number, number>();
      for (const { partition, to } of batch.runs()) reached.set(partition, batch.offset(to - 1));
      for (const event of batch.events) if (event.code === codes.partitionEof) reached.set(event.partition, Number.POSITIVE_INFINITY);
      batch.filter((index) => {
        const reading = current.get(batch.partition(index));
        if (!reading) return false;
        const offset = batch.offset(index);
        if (offset < reading.range.from || offset >= reading.range.to || reading.bytes >= mostBytesEach) return false;
        reading.bytes += batch.value(index)?.length ?? 0;
        return true;
      });
      if (batch.length > 0) take(batch);
      for (const [partition, offset] of reached) {
        const reading = current.get(partition);
        if (reading && (offset >= reading.range.to - 1 || reading.bytes >= mostBytesEach)) goOn(partition);
      }
    }
  } finally {
    await reader.close();
  }
}

function place({ topic, partition, from }: Range) {
  return { topic, partition, offset: from };
}
