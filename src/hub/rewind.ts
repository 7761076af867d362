/** Looks up, in the log, the frames that a frame of H.264 needs. */
import type { KafkaConfig } from "../kafka/config.ts";
import { codes } from "../kafka/explain.ts";
import { openReader, type PackedReader } from "../kafka/reader.ts";
import { type Picture, pictureOf } from "./picture.ts";

/** The first look goes so many records back, each further one four times as far, */
const firstLook = 64;
/** until so much was read in vain. */
const mostRecords = 20_000;
const mostBytes = 64 << 20;
const timeoutMs = 5000;
const tuning = { "queued.max.messages.kbytes": 16_384, "fetch.message.max.bytes": 1_048_576 };

/**
 * The stream's frames from its last key frame before the picture, in order; the picture itself is not
 * among them. Empty where there is none, or it is too far back.
 */
export async function gopBefore(config: KafkaConfig, topic: string, { partition, offset, key, run }: Picture): Promise<Picture[]> {
  if (offset === 0) return [];
  const signal = AbortSignal.timeout(timeoutMs);
  let frames: Picture[] = [];
  let bytes = 0;
  for (let end = offset, size = firstLook; end > 0 && offset - end < mostRecords && bytes < mostBytes; size *= 4) {
    const begin = Math.max(0, end - size);
    // A reader for each look: one that is sent elsewhere may still bring what it had fetched before.
    const reader = await openReader(config, [{ topic, partition, offset: begin }], undefined, tuning);
    const found = await readRange(reader, end, signal).finally(() => reader.close());
    bytes += found.reduce((sum, { data }) => sum + data.length, 0);
    frames = [...found.filter((picture) => picture.key === key), ...frames];
    const first = frames.findLastIndex(({ keyFrame }) => keyFrame);
    // Another run's frames are of no use to this one.
    if (frames.findLastIndex((frame) => frame.run !== run || frame.type !== "video/h264") > first) return [];
    if (first >= 0) return frames[first]?.run === run ? frames.slice(first) : [];
    end = begin;
  }
  return [];
}

/** The pictures of a partition up to an offset, each with memory of its own. @throws where that takes too long */
async function readRange(reader: PackedReader, end: number, signal: AbortSignal): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (let batch = await reader.next(signal); batch; batch = await reader.next(signal)) {
    for (const record of batch) {
      if (record.offset >= end) return pictures;
      const picture = pictureOf(record);
      if (picture && !picture.end) pictures.push({ ...picture, data: Uint8Array.prototype.slice.call(picture.data) });
    }
    if (batch.events.some(({ code }) => code === codes.partitionEof)) return pictures;
    if (batch.length > 0 && batch.offset(batch.length - 1) === end - 1) return pictures;
  }
  throw new Error("the log was not read in time");
}
