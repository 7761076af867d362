/** What stands in front of each frame on the page's socket: read and written by both sides. */

/** In front of each frame: tile u32, type u8, flags u8, dropped u16, timestamp f64, offset f64, partition u32, reorder u32, run u32, sequence u32; little-endian. */
export const frameHeaderBytes = 40;
/** In place of a number in the run. */
const noSequence = 0xffff_ffff;
export const frameTypes = ["image/jpeg", "image/png", "video/h264"] as const;
export const frameFlags = {
  /** It needs no other frame. */
  key: 1,
  /** The stream was interrupted before it. */
  discontinuity: 2,
  /** The source ended well; the message has no picture. */
  end: 4,
  /** Newer frames are there already: this one is only on the way to them. */
  behind: 8,
} as const;

export interface FrameHead {
  tile: number;
  type: (typeof frameTypes)[number];
  flags: number;
  /** Frames left out since the last one sent, because this viewer was not ready. */
  dropped: number;
  /** When it was captured, ms since 1970. */
  timestampMs: number;
  offset: number;
  partition: number;
  /** How long before it is shown it is decoded, microseconds: 0 but for H.264 with B-frames. */
  reorderUs: number;
  /** As hashOfRun has it; 0 where it has none. */
  runHash: number;
  /** Its number in the run; null where it has none. */
  sequence: number | null;
}

export function writeFrameHead(view: DataView, head: FrameHead): void {
  view.setUint32(0, head.tile, true);
  view.setUint8(4, frameTypes.indexOf(head.type));
  view.setUint8(5, head.flags);
  view.setUint16(6, Math.min(head.dropped, 0xffff), true);
  view.setFloat64(8, head.timestampMs, true);
  view.setFloat64(16, head.offset, true);
  view.setUint32(24, head.partition, true);
  view.setUint32(28, head.reorderUs, true);
  view.setUint32(32, head.runHash, true);
  view.setUint32(36, Math.min(head.sequence ?? noSequence, noSequence), true);
}

export function readFrameHead(view: DataView): FrameHead {
  const sequence = view.getUint32(36, true);
  return {
    tile: view.getUint32(0, true),
    type: frameTypes[view.getUint8(4)] ?? "image/jpeg",
    flags: view.getUint8(5),
    dropped: view.getUint16(6, true),
    timestampMs: view.getFloat64(8, true),
    offset: view.getFloat64(16, true),
    partition: view.getUint32(24, true),
    reorderUs: view.getUint32(28, true),
    runHash: view.getUint32(32, true),
    sequence: sequence === noSequence ? null : sequence,
  };
}
