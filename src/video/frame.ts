/**
 * The frame record, version 1: one encoded picture a record, as any program that knows JPEG reads it.
 * The key is the stream's name, the value the picture byte for byte, the rest stands in headers.
 */
import type { Header, OutgoingRecord } from "../record.ts";

export type FrameType = "image/jpeg" | "image/png" | "video/h264";

/** One encoded picture, with its time in the source. */
export interface Frame {
  data: Uint8Array;
  /** Presentation time in the source, in microseconds. */
  ptsUs: number;
  /** True where it can be decoded without any other frame. */
  key: boolean;
  width: number;
  height: number;
}

/** What the frames of one emit run have in common. */
export interface Stream {
  topic: string;
  /** The camera's or file's name. */
  name: string;
  /** A random id of the run: where it changes, the stream was interrupted. */
  run: string;
  type: FrameType;
}

export const frameHeader = {
  contentType: "content-type",
  sequence: "kt-seq",
  pts: "kt-pts",
  key: "kt-key",
  size: "kt-size",
  run: "kt-run",
  end: "kt-end",
} as const;

function header(name: string, value: string | number): Header {
  return { name, value: Buffer.from(String(value)) };
}

/**
 * @param sequence the frame's number in its run, from 0
 * @param timestampMs when it was captured, milliseconds since 1970
 */
export function frameRecord(stream: Stream, frame: Frame, sequence: number, timestampMs: number): OutgoingRecord {
  const headers = [
    header(frameHeader.contentType, stream.type),
    header(frameHeader.sequence, sequence),
    header(frameHeader.pts, Math.round(frame.ptsUs)),
    header(frameHeader.size, `${frame.width}x${frame.height}`),
    header(frameHeader.run, stream.run),
  ];
  if (frame.key) headers.push(header(frameHeader.key, 1));
  return { topic: stream.topic, key: Buffer.from(stream.name), value: frame.data, timestampMs: Math.round(timestampMs), headers };
}

/** Says that the source ended well, so that a silent stream is not taken for a broken one. */
export function endRecord(stream: Stream, timestampMs: number): OutgoingRecord {
  return {
    topic: stream.topic,
    key: Buffer.from(stream.name),
    value: Buffer.alloc(0),
    timestampMs: Math.round(timestampMs),
    headers: [header(frameHeader.run, stream.run), header(frameHeader.end, 1)],
  };
}

/**
 * The type of a picture by its first bytes, for topics that other programs filled.
 * JPEG: ITU-T T.81 B.1.1.3 (SOI). PNG: the PNG specification 5.2.
 */
export function sniffFrame(value: Uint8Array): FrameType | undefined {
  if (value.length > 3 && value[0] === 0xff && value[1] === 0xd8 && value[2] === 0xff) return "image/jpeg";
  if (value.length > 8 && value[0] === 0x89 && value[1] === 0x50 && value[2] === 0x4e && value[3] === 0x47 && value[4] === 0x0d && value[5] === 0x0a)
    return "image/png";
  return undefined;
}
