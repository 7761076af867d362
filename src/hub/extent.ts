/** Which times the log holds of a stream: its runs, and the gaps between them. */
import { pictureBefore, pictureFrom } from "./find-time.ts";
import { type ExtentEnd, gapMsOf } from "./gap.ts";
import { type Picture, pictureOf } from "./picture.ts";
import type { RecordedHub } from "./recorded.ts";

/** A stretch without a gap, of one emit run. */
export interface Stretch {
  startMs: number;
  endMs: number;
  /** "" where the producer gave none. */
  run: string;
}

export interface Extent extends ExtentEnd {
  /** In order; empty where the log holds nothing of the stream. */
  stretches: Stretch[];
}

/** So many places of the log are looked at; where it is cut into more stretches than that shows, some run together. */
const mostLooks = 300;
/** Between two places that are so near, every record is looked at. */
const nearRecords = 32;

/**
 * Reads little: where two places are as far apart in time as the pictures between them take, nothing is
 * missing between them; else it looks halfway.
 */
export async function findExtent({ archive, admin }: RecordedHub, topic: string, key: string, partition: number): Promise<Extent> {
  const nothing = { stretches: [], gapMs: gapMsOf(0), open: false };
  const [watermarks] = await admin.watermarks([{ topic, partition }]);
  if (!watermarks || watermarks.high <= watermarks.low) return nothing;
  const { low, high } = watermarks;
  let looks = 0;

  const lookFrom = (offset: number, before: number) => {
    looks++;
    return pictureFrom(archive, topic, key, partition, offset, before);
  };
  const own = (picture: Picture | undefined) => (picture?.key === key && !picture.end ? picture : undefined);

  const first = await lookFrom(low, high);
  if (!first) return nothing;
  const last = (await pictureBefore(archive, topic, key, partition, high, low)) ?? first;
  const { intervalMs, perRecordMs } = await pace();
  const gapMs = gapMsOf(intervalMs);
  const stretches: Stretch[] = [{ startMs: first.timestampMs, endMs: first.timestampMs, run: first.run }];
  await between(first, last);
  return { stretches, gapMs, open: Date.now() - last.timestampMs <= gapMs };

  /** How far apart pictures are, and what a record takes of that: other streams may be in the same partition. */
  async function pace(): Promise<{ intervalMs: number; perRecordMs: number }> {
    const times: number[] = [];
    let offset = low;
    for await (const record of archive.forward(topic, partition, low)) {
      const picture = own(pictureOf(record));
      if (picture) times.push(picture.timestampMs);
      offset = record.offset;
      if (times.length >= 64 || offset - low >= 2000) break;
    }
    const steps = times.slice(1).map((time, i) => Math.abs(time - (times[i] as number)));
    const intervalMs = steps.toSorted((a, b) => a - b)[steps.length >> 1] ?? 0;
    return { intervalMs, perRecordMs: (intervalMs * times.length) / Math.max(1, offset - low + 1) };
  }

  /** Adds what is after `a` up to `b`. */
  async function between(a: Picture, b: Picture): Promise<void> {
    const records = b.offset - a.offset;
    const complete = a.run === b.run && b.timestampMs - a.timestampMs <= records * perRecordMs * 1.2 + gapMs / 2;
    if (complete || looks >= mostLooks) return add(b, true);
    if (records <= 1) return add(b);
    if (records <= nearRecords) {
      looks++;
      for await (const record of archive.forward(topic, partition, a.offset + 1)) {
        const picture = own(pictureOf(record));
        if (picture) add(picture);
        if (record.offset >= b.offset) return;
      }
      return;
    }
    const middle = await lookFrom(roundest(a.offset + 1, b.offset), b.offset);
    if (!middle) {
      // The stream was silent in the second half: what is before it is looked for from the other side.
      const last = await pictureBefore(archive, topic, key, partition, roundest(a.offset + 1, b.offset), a.offset + 1);
      if (last) await between(a, last);
      return add(b);
    }
    await between(a, middle);
    await between(middle, b);
  }

  /** @param joined nothing is missing before it */
  function add({ timestampMs, run }: Picture, joined = false): void {
    const stretch = stretches.at(-1) as Stretch;
    if (run === stretch.run && (joined || timestampMs - stretch.endMs <= gapMs)) stretch.endMs = Math.max(stretch.endMs, timestampMs);
    else stretches.push({ startMs: timestampMs, endMs: timestampMs, run });
  }
}

/** The multiple of the largest power of two between two offsets: looks of later calls fall on the same places, which are in memory then. */
function roundest(from: number, before: number): number {
  let step = 1;
  while (Math.ceil(from / (step * 2)) * step * 2 < before) step *= 2;
  return Math.ceil(from / step) * step;
}
