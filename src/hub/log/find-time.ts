/** Where a stream is at a time. */
import type { Admin, Watermarks } from "../../kafka/admin/admin.ts";
import { type Picture, pictureOf } from "../picture.ts";
import type { ChunkedLog } from "./chunks.ts";

/**
 * The offset of the stream's first picture at or after a time; the end of the partition where there is none.
 * Kafka's own answer is the first record of any stream from that time on. It is too early where streams were
 * written one after the other with times of their own, as kt emit-video --fast does: then it is searched for.
 */
export async function offsetAt(
  { log, admin }: { log: ChunkedLog; admin: Admin },
  topic: string,
  key: string,
  watermarks: Watermarks,
  timeMs: number,
): Promise<number> {
  const { partition, high } = watermarks;
  const [place] = await admin.resolve({ at: "time", timeMs: Math.max(0, Math.round(timeMs)) }, [watermarks]);
  const first = await pictureFrom(log, topic, key, partition, place?.offset ?? high, high);
  if (!first || first.timestampMs >= timeMs) return first?.offset ?? high;
  // All before `early` are before that time, and from `late` on none is.
  let early = first.offset + 1;
  let late = high;
  while (early < late) {
    const middle = await pictureFrom(log, topic, key, partition, Math.floor((early + late) / 2), late);
    if (!middle || middle.timestampMs >= timeMs) late = Math.floor((early + late) / 2);
    else early = middle.offset + 1;
  }
  return (await pictureFrom(log, topic, key, partition, early, high))?.offset ?? high;
}

/** The stream's first picture from an offset on; undefined where there is none before `end`. */
export async function pictureFrom(log: ChunkedLog, topic: string, key: string, partition: number, offset: number, end: number): Promise<Picture | undefined> {
  for await (const record of log.forward(topic, partition, offset)) {
    if (record.offset >= end) return undefined;
    const picture = pictureOf(record);
    if (picture?.key === key && !picture.end) return picture;
  }
  return undefined;
}

/** The stream's last picture before an offset. */
export async function pictureBefore(log: ChunkedLog, topic: string, key: string, partition: number, offset: number, low: number): Promise<Picture | undefined> {
  for await (const record of log.backward(topic, partition, offset, low)) {
    const picture = pictureOf(record);
    if (picture?.key === key && !picture.end) return picture;
  }
  return undefined;
}
