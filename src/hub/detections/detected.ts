/** A record seen as what a program saw in a picture, and the name by which that picture is found. */
import type { Detections } from "../../format/detections/detections.ts";
import { type FrameReference, hashOfRun, nameOf } from "../../format/detections/frame-name.ts";
import { readDetections } from "../../format/detections/read-detections.ts";
import { headerText, type KafkaRecord } from "../../record.ts";
import { frameHeader, streamName } from "../../video/frame.ts";

export const detectionHeader = {
  /** The topic whose pictures it is of. */
  topic: "kt-topic",
  /** The picture's own offset, and its partition where its stream has several. */
  offset: "kt-offset",
  partition: "kt-partition",
} as const;

/** What was seen in one picture. */
export interface Detected extends Detections {
  topic: string;
  partition: number;
  offset: number;
  /** When the picture was taken, as far as the detection says. */
  timestampMs: number;
  /** As nameOf has it. */
  name: string;
}

export type Headed = Pick<KafkaRecord, "headers" | "timestampMs">;

/** What its headers say of its picture; undefined where they say nothing, and the time does. */
export function referenceOf({ headers }: Pick<Headed, "headers">): FrameReference | undefined {
  if (headers.length === 0) return undefined;
  const number = (name: string) => {
    const text = headerText(headers, name);
    const value = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(value) ? value : undefined;
  };
  const sequence = number(frameHeader.sequence);
  const run = headerText(headers, frameHeader.run);
  if (sequence !== undefined && run) return { runHash: hashOfRun(run), sequence };
  const offset = number(detectionHeader.offset);
  return offset === undefined ? undefined : { offset, partition: number(detectionHeader.partition) ?? null };
}

/** undefined where its value is no detections. */
export function detectedIn(record: KafkaRecord, reference = referenceOf(record)): Detected | undefined {
  const found = record.value && readDetections(record.value);
  if (!found) return undefined;
  const { topic, partition, offset } = record;
  const timestampMs = found.timeMs ?? record.timestampMs;
  return { topic, partition, offset, timestampMs, name: nameOf(reference ?? { timestampMs }), ...found };
}

/** The stream that a detection is of, as its key says; null where it has none. */
export function detectedKey(key: Uint8Array | null): string | null {
  return key === null ? null : streamName(key);
}
