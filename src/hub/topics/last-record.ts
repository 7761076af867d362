/** Where the last record of a stream is that fell silent, while others went on. */
import type { ChunkedLog } from "../log/chunks.ts";
import { type Picture, pictureOf } from "../picture.ts";

/** So many records in front of the end are looked at one by one: a stream may be slow, rather than silent. */
const nearRecords = 512;
/** How far apart its records are is not looked for any further. */
const farthestApart = 2048;
/** A stretch without a record of the stream is so many times longer than they are apart, and a little. */
const apartTimes = 3;
const leastStretch = 32;
const mostStretchBytes = 8 << 20;

export interface StreamSeen {
  topic: string;
  key: string;
  partition: number;
  /** One of its records is there. */
  offset: number;
}

/** The end mark, if that is the last, and the last picture; undefined where it is gone from the log. */
export interface LastRecord {
  picture: Picture;
  end?: Picture;
}

/** @param from after which there may be later records of the stream @param to before which */
export type FindLastRecord = (seen: StreamSeen, from: number, to: number) => Promise<LastRecord | undefined>;

/**
 * Halves the log between where the stream was seen and where it was not, rather than reading all of it: a stretch of
 * a few of its records' length is without one where the stream is silent.
 * @param from after which there may be later records of it @param to before which
 * @throws KtError where the log cannot be read
 */
export async function lastRecordOf(log: ChunkedLog, seen: StreamSeen, from: number, to: number): Promise<LastRecord | undefined> {
  const near = await lastBetween(log, seen, Math.max(from, to - nearRecords), to);
  let offset = near.offset ?? seen.offset;
  if (near.offset === undefined) {
    const length = apartTimes * (await apart(log, seen)) + leastStretch;
    let [early, late] = [from, near.reached];
    while (early < late) {
      const isShort = late - early <= length;
      const middle = isShort ? early : Math.floor((early + late) / 2);
      const found = await lastBetween(log, seen, middle, Math.min(late, middle + length));
      if (found.offset !== undefined) offset = found.offset;
      if (isShort) break;
      if (found.offset === undefined) late = middle;
      else early = found.offset + 1;
    }
  }
  return pictureAt(log, seen, offset);
}

/** How many offsets are between the stream's record that was seen and the one before. */
async function apart(log: ChunkedLog, { topic, key, partition, offset }: StreamSeen): Promise<number> {
  let bytes = 0;
  for await (const record of log.backward(topic, partition, offset)) {
    bytes += record.value?.length ?? 0;
    if (pictureOf(record)?.key === key) return Math.min(farthestApart, offset - record.offset);
    if (offset - record.offset >= farthestApart || bytes > mostStretchBytes) break;
  }
  return farthestApart;
}

/** @returns the offset of the stream's last record in [from, to), and down to where it was looked for */
async function lastBetween(log: ChunkedLog, { topic, key, partition }: StreamSeen, from: number, to: number): Promise<{ offset?: number; reached: number }> {
  let bytes = 0;
  let reached = to;
  for await (const record of log.backward(topic, partition, to, from)) {
    if (record.offset < from) break;
    reached = record.offset;
    if (pictureOf(record)?.key === key) return { offset: record.offset, reached };
    bytes += record.value?.length ?? 0;
    if (bytes > mostStretchBytes) return { reached };
  }
  return { reached: from };
}

/** The picture at an offset of the stream; where its end mark is there, the one before. */
async function pictureAt(log: ChunkedLog, { topic, key, partition }: StreamSeen, offset: number): Promise<LastRecord | undefined> {
  let end: Picture | undefined;
  let bytes = 0;
  for await (const record of log.backward(topic, partition, offset + 1)) {
    bytes += record.value?.length ?? 0;
    if (offset - record.offset > farthestApart || bytes > mostStretchBytes) return undefined;
    const picture = pictureOf(record);
    if (picture?.key !== key) continue;
    if (!picture.end) return end ? { picture, end } : { picture };
    end ??= picture;
  }
  return undefined;
}
