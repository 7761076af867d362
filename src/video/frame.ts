/**
 * The frame record, version 1: one encoded picture a record, a JPEG or PNG as any program reads it, or an
 * access unit of H.264.
 * The key is the stream's name, the value the picture byte for byte, the rest stands in headers.
 */
import { isUtf8 } from "node:buffer";
import { type Header, headerText, type KafkaRecord, type OutgoingRecord } from "../record.ts";
import { pictureIn } from "./formats/embedded-picture.ts";
import { readSps, type SpsInfo, splitAnnexB } from "./formats/h264.ts";
import { isAnnexB, isKeyUnit, mayBegin } from "./formats/h264-look.ts";
import { pictureSize, type Size } from "./formats/picture-size.ts";

export type FrameType = "image/jpeg" | "image/png" | "video/h264";

/** One encoded picture, with its time in the source. */
export interface Frame {
  type: FrameType;
  data: Uint8Array;
  /** Presentation time in the source, in microseconds. */
  ptsUs: number;
  /** Decoding time: it never goes back from one frame to the next, as the presentation time may. */
  dtsUs: number;
  /** True where it can be decoded without any other frame. */
  key: boolean;
  width: number;
  height: number;
  /** Of H.264, from its parameter sets: avc1.64001f. */
  codec: string | undefined;
}

/** What the frames of one emit run have in common. */
export interface Stream {
  topic: string;
  /** The camera's or file's name. */
  name: string;
  /** A random id of the run: where it changes, the stream was interrupted. */
  run: string;
}

export const frameHeader = {
  contentType: "content-type",
  sequence: "kt-seq",
  pts: "kt-pts",
  dts: "kt-dts",
  key: "kt-key",
  size: "kt-size",
  codec: "kt-codec",
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
    header(frameHeader.contentType, frame.type),
    header(frameHeader.sequence, sequence),
    header(frameHeader.pts, Math.round(frame.ptsUs)),
    header(frameHeader.size, `${frame.width}x${frame.height}`),
    header(frameHeader.run, stream.run),
  ];
  // Only where pictures are stored out of order does the decoding time say something new.
  if (Math.round(frame.dtsUs) !== Math.round(frame.ptsUs)) headers.push(header(frameHeader.dts, Math.round(frame.dtsUs)));
  if (frame.codec) headers.push(header(frameHeader.codec, frame.codec));
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

/** What a record says by this contract: the one reader of it. Whoever writes pictures without headers says less. */
export interface FrameFields {
  type: FrameType;
  /** The picture, a view into the record's value; empty where `end` stands without one. */
  data: Uint8Array;
  /** It needs no other frame. */
  key: boolean;
  /** The source ended well with this record. */
  end: boolean;
  /** The emit run; "" where the producer gave none. */
  run: string;
  /** Its number in the run, from 0; undefined where the producer gave none. */
  sequence: number | undefined;
  ptsUs: number | undefined;
  /** Given where it is not the presentation time. */
  dtsUs: number | undefined;
  size: Size | undefined;
  codec: string | undefined;
}

/** Undefined where a record is neither a picture nor the end of a stream: what it is called does not make it one. */
export function readFrameFields({ value, headers }: KafkaRecord): FrameFields | undefined {
  if (value === null) return undefined;
  const text = (name: string) => (headers.length > 0 ? headerText(headers, name) : undefined);
  const end = text(frameHeader.end) === "1";
  const declared = text(frameHeader.contentType);
  const known = declared === "video/h264" ? unitIn(value) : pictureIn(value);
  if (!end && (!known || value.length === 0)) return undefined;
  const { type, data } = known ?? { type: "image/jpeg", data: value };
  const run = text(frameHeader.run) ?? "";
  const key = type !== "video/h264" || text(frameHeader.key) === "1" || (run === "" && isKeyUnit(value));
  if (key && type === "video/h264" && !mayBegin(data)) return undefined;
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text(frameHeader.size) ?? "") ?? [];
  return {
    type,
    data,
    key,
    end,
    run,
    sequence: wholeNumber(text(frameHeader.sequence)),
    ptsUs: microseconds(text(frameHeader.pts)),
    dtsUs: microseconds(text(frameHeader.dts)),
    size: Number(width) && Number(height) ? { width: Number(width), height: Number(height) } : undefined,
    codec: text(frameHeader.codec),
  };
}

function unitIn(value: Uint8Array): { type: FrameType; data: Uint8Array } | undefined {
  return isAnnexB(value) ? { type: "video/h264", data: value } : undefined;
}

/** The record says that it has a picture, and has none that anybody could show. */
export function isBroken(record: KafkaRecord): boolean {
  return record.value !== null && record.value.length > 0 && isFrameType(headerText(record.headers, frameHeader.contentType)) && !readFrameFields(record);
}

/** The record says that the source ended well. */
export function isEnd({ headers }: KafkaRecord): boolean {
  return headers.length > 0 && headerText(headers, frameHeader.end) === "1";
}

/** A frame that came back out of Kafka, with what its record says around it. */
export interface RecordedFrame {
  /** The stream's name; "" where the record has no key. */
  name: string;
  /** The emit run; "" where the producer gave none. */
  run: string;
  /** Milliseconds since 1970; -1 where the record has none. */
  timestampMs: number;
  /** Whether the frame's times are its source's; without them both are zero, and the timestamp is all there is. */
  timed: boolean;
  /** Its data is a view into the batch that brought the record. */
  frame: Frame;
}

/** Undefined where a record is no picture; the one that says that a source ended is none either. */
export function readFrameRecord(record: KafkaRecord): RecordedFrame | undefined {
  const fields = record.value?.length ? readFrameFields(record) : undefined;
  if (!fields) return undefined;
  const { type, data, key, run, size, codec, ptsUs = 0, dtsUs = ptsUs } = fields;
  const said = size && (codec || type !== "video/h264") ? { ...size, codec } : undefined;
  // A still picture says best itself how large it is shown.
  const described = said && type === "video/h264" ? said : (describe(type, data) ?? said ?? { width: 0, height: 0, codec: undefined });
  return {
    name: record.key ? streamName(record.key) : "",
    run,
    timestampMs: record.timestampMs,
    timed: fields.ptsUs !== undefined,
    frame: { type, data, ptsUs, dtsUs, key, ...described },
  };
}

/** A stream's name as people read it: a key that is no UTF-8, such as a number from a Java program, in hexadecimal. */
export function streamName(key: Uint8Array): string {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  return isUtf8(bytes) ? bytes.toString() : `0x${bytes.toString("hex")}`;
}

/** What the picture says of itself, where no header does. */
function describe(type: FrameType, value: Uint8Array): Pick<Frame, "width" | "height" | "codec"> | undefined {
  if (type !== "video/h264") {
    const size = pictureSize(value);
    return size && { ...size, codec: undefined };
  }
  const info = spsOf(value);
  return info && { width: info.width, height: info.height, codec: info.codec };
}

function spsOf(unit: Uint8Array): SpsInfo | undefined {
  const sps = splitAnnexB(unit).find(([header = 0]) => (header & 0x1f) === 7);
  return sps && readSps(sps);
}

/** How wide a pixel is, and how high. @param frame of H.264 a key frame, which has it in it */
export function pixelAspectOf({ type, data }: Frame): [number, number] {
  return (type === "video/h264" ? spsOf(data)?.pixelAspect : undefined) ?? [1, 1];
}

/** With square pixels. @param frame of H.264 a key frame */
export function shownSize(frame: Frame): Size {
  const { width, height } = frame;
  const [across, down] = pixelAspectOf(frame);
  return across === down ? { width, height } : { width: 2 * Math.round((width * across) / down / 2), height };
}

export function isFrameType(text: string | undefined): text is FrameType {
  return text === "image/jpeg" || text === "image/png" || text === "video/h264";
}

/** A century and a half: sums and differences of such times are exact. */
const mostUs = 2 ** 52;

function wholeNumber(text: string | undefined): number | undefined {
  const value = text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/** A time as the headers have it; undefined where it is none. */
function microseconds(text: string | undefined): number | undefined {
  const value = text !== undefined && /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  return Math.abs(value) < mostUs ? value : undefined;
}
