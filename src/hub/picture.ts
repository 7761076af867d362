/** A record seen as a picture of a stream, whoever produced it. */
import type { KafkaRecord } from "../record.ts";
import { type FrameType, readFrameFields } from "../video/frame.ts";
import { streamOf } from "./topics/stream-name.ts";

export interface Picture {
  /** The stream's name: the record's key, "" where it has none or the topic is one stream. */
  key: string;
  type: FrameType;
  partition: number;
  offset: number;
  timestampMs: number;
  /** Empty on the record that says that the source ended. */
  data: Uint8Array;
  /** It needs no other frame. */
  keyFrame: boolean;
  /** The source ended well with this record. */
  end: boolean;
  /** The emit run; "" where the producer gave none. */
  run: string;
  /** Its number in the run; null where the producer gave none. */
  sequence: number | null;
  /** When it is shown, in the source; null where the producer did not say. */
  ptsUs: number | null;
  /** How long before that it is decoded: B-frames are decoded in another order than they are shown. */
  reorderUs: number;
  width: number | null;
  height: number | null;
  /** True where kt wrote it: a frame of a video, rather than somebody's picture. */
  byKt: boolean;
}

/** undefined where the record is no picture. */
export function pictureOf(record: KafkaRecord): Picture | undefined {
  const fields = readFrameFields(record);
  if (!fields) return undefined;
  const { type, data, key, end, run, sequence, ptsUs, dtsUs, size } = fields;
  return {
    key: streamOf(record),
    type,
    partition: record.partition,
    offset: record.offset,
    timestampMs: record.timestampMs,
    data,
    keyFrame: key,
    end,
    run,
    sequence: sequence ?? null,
    ptsUs: ptsUs ?? null,
    reorderUs: type === "video/h264" && ptsUs !== undefined && dtsUs !== undefined ? Math.max(0, ptsUs - dtsUs) : 0,
    width: size?.width ?? null,
    height: size?.height ?? null,
    byKt: run !== "",
  };
}
