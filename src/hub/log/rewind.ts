/** Looks up, in the log, the frames that a frame of H.264 needs. */

import { type Picture, pictureOf } from "../picture.ts";
import type { ChunkedLog } from "./chunks.ts";

/** So far is looked back in vain. */
const mostRecords = 20_000;
const mostBytes = 64 << 20;

/**
 * The stream's frames from its last key frame before the picture, in order; the picture itself is not
 * among them. Empty where there is none, or it is too far back. Their data are views on the archive's chunks.
 */
export async function gopBefore(archive: ChunkedLog, topic: string, { partition, offset, key, run }: Picture): Promise<Picture[]> {
  const frames: Picture[] = [];
  let records = 0;
  let bytes = 0;
  for await (const record of archive.backward(topic, partition, offset)) {
    if (++records > mostRecords || bytes > mostBytes) return [];
    const frame = pictureOf(record);
    if (!frame || frame.end || frame.key !== key) continue;
    // Another run's frames are of no use to this one.
    if (frame.run !== run || frame.type !== "video/h264") return [];
    frames.push(frame);
    bytes += frame.data.length;
    if (frame.keyFrame) return frames.reverse();
  }
  return [];
}
