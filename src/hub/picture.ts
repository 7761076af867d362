/** A record seen as a picture of a stream, whoever produced it. */
import { headerText, type KafkaRecord } from "../record.ts";
import { pictureIn } from "../video/formats/embedded-picture.ts";
import { isKeyUnit } from "../video/formats/h264.ts";
import { type FrameType, frameHeader, microseconds } from "../video/frame.ts";
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
  /** When it is shown, in the source; null where the producer did not say. */
  ptsUs: number | null;
  /** How long before that it is decoded: B-frames are decoded in another order than they are shown. */
  reorderUs: number;
  width: number | null;
  height: number | null;
  /** True where kt wrote it: a frame of a video, rather than somebody's picture. */
  byKt: boolean;
}

const types: readonly string[] = ["image/jpeg", "image/png", "video/h264"] satisfies FrameType[];

/** undefined where the record is no picture. */
export function pictureOf(record: KafkaRecord): Picture | undefined {
  const { value, headers } = record;
  if (value === null) return undefined;
  const end = isEnd(record);
  const declared = headers.length > 0 ? headerText(headers, frameHeader.contentType) : undefined;
  const known = declared !== undefined && types.includes(declared) ? { type: declared as FrameType, data: value } : pictureIn(value);
  const type = known?.type;
  if (!end && (type === undefined || value.length === 0)) return undefined;
  const size = /^(\d+)x(\d+)$/.exec((headers.length > 0 && headerText(headers, frameHeader.size)) || "");
  const run = (headers.length > 0 && headerText(headers, frameHeader.run)) || "";
  const ptsUs = headers.length > 0 ? (microseconds(headerText(headers, frameHeader.pts)) ?? null) : null;
  const dtsUs = type === "video/h264" && headers.length > 0 ? microseconds(headerText(headers, frameHeader.dts)) : undefined;
  return {
    key: streamOf(record),
    type: type ?? "image/jpeg",
    partition: record.partition,
    offset: record.offset,
    timestampMs: record.timestampMs,
    data: known?.data ?? value,
    keyFrame: type !== "video/h264" || headerText(headers, frameHeader.key) === "1" || (run === "" && isKeyUnit(value)),
    end,
    run,
    ptsUs,
    reorderUs: ptsUs !== null && dtsUs !== undefined ? Math.max(0, ptsUs - dtsUs) : 0,
    width: size ? Number(size[1]) : null,
    height: size ? Number(size[2]) : null,
    byKt: run !== "",
  };
}

/** The record says that the source ended well. */
export function isEnd({ headers }: KafkaRecord): boolean {
  return headers.length > 0 && headerText(headers, frameHeader.end) === "1";
}
