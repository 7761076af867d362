/** What the log holds of a stream between two places, from a key frame on. */
import type { Admin } from "../../kafka/admin/admin.ts";
import type { KafkaRecord, Position } from "../../record.ts";
import { type RecordedFrame, readFrameRecord } from "../../video/frame.ts";
import type { Picture } from "../picture.ts";
import type { Scout } from "../scout/scout.ts";
import { StreamLog } from "../scout/stream-log.ts";
import type { ChunkedLog } from "./chunks.ts";
import { offsetAt, pictureBefore, pictureFrom } from "./find-time.ts";
import { gopBefore } from "./rewind.ts";

export interface FootageHub {
  admin: Admin;
  archive: ChunkedLog;
  scout: Scout;
}

/** A stream, and where its records are. */
export interface StreamPlace {
  topic: string;
  key: string;
  /** The one that its newest record is in. */
  partition: number;
}

export type FixedPosition = Extract<Position, { at: "offset" | "time" }>;

/** The stream's first picture at or after a place; undefined where there is none. */
export async function firstPicture(
  { admin, archive, scout }: FootageHub,
  { topic, key, partition }: StreamPlace,
  at: FixedPosition,
): Promise<Picture | undefined> {
  const [watermarks] = await admin.watermarks([{ topic, partition }], true);
  if (!watermarks) return undefined;
  const { low, high } = watermarks;
  const log = new StreamLog(archive, scout, key);
  const offset = at.at === "time" ? await offsetAt({ admin, log }, topic, key, watermarks, at.timeMs) : at.offset;
  return pictureFrom(log, topic, key, partition, Math.max(low, offset), high);
}

/** The stream's last picture in the log. */
export async function lastPicture({ admin, archive, scout }: FootageHub, { topic, key, partition }: StreamPlace): Promise<Picture | undefined> {
  const [watermarks] = await admin.watermarks([{ topic, partition }], true);
  return watermarks && pictureBefore(new StreamLog(archive, scout, key), topic, key, partition, watermarks.high, watermarks.low);
}

/** The place where decoding has to begin to show the picture. */
export async function decodableFrom({ archive }: Pick<FootageHub, "archive">, topic: string, picture: Picture): Promise<number> {
  if (picture.keyFrame) return picture.offset;
  return (await gopBefore(archive, topic, picture))[0]?.offset ?? picture.offset;
}

/** The stream's records from an offset to the end of the log, those included that say that its source ended. */
export function streamRecords({ archive, scout }: FootageHub, { topic, key, partition }: StreamPlace, offset: number): AsyncGenerator<KafkaRecord> {
  return new StreamLog(archive, scout, key).forward(topic, partition, offset);
}

/** So many pictures at most are shown after one that is stored after them (ITU-T H.264 A.3.1: max_dec_frame_buffering). */
const mostReordered = 16;

/**
 * Frames in decoding order, up to the last that is before `end`: where pictures are stored out of order, some
 * that are shown later are among them, which those build on. What cannot be decoded, as its run has no key frame
 * yet, is left out.
 */
export async function* footage(hub: FootageHub, stream: StreamPlace, offset: number, end: FixedPosition): AsyncGenerator<RecordedFrame> {
  let run: string | undefined;
  let beyond: RecordedFrame[] = [];
  for await (const record of streamRecords(hub, stream, offset)) {
    if (end.at === "offset" && record.offset >= end.offset) return;
    const recorded = readFrameRecord(record);
    if (!recorded) continue;
    if (recorded.frame.key) run = recorded.run;
    if (recorded.run !== run) continue;
    if (end.at === "offset" || record.timestampMs < end.timeMs) {
      yield* beyond;
      beyond = [];
      yield recorded;
    } else {
      if (recorded.frame.key || beyond.length >= mostReordered) return;
      beyond.push(recorded);
    }
  }
}
