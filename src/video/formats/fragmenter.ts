/** Frames of H.264 on one clock into an MP4 that can be sent while it is made. */

import type { Frame } from "../frame.ts";
import { initSegment, mediaSegment, type SegmentFrame, trackOf } from "./fmp4.ts";

/** A fragment ends at a key frame, or when it has so much. */
const mostFrames = 64;
const mostBytes = 1 << 20;
/** Of a clip of one frame, which nothing follows. */
const onlyFrameUs = 40_000;

/**
 * Where the pictures' size changes the track's does not, but each key frame has its own parameter sets in front of it,
 * which ffmpeg and browsers follow.
 * @param frames in decoding order, from a key frame on
 */
export async function* fragmentedMp4(frames: AsyncIterable<Frame>): AsyncGenerator<Uint8Array> {
  let first: Frame | undefined;
  let shiftUs = 0;
  let waiting: SegmentFrame[] = [];
  let bytes = 0;
  let sequence = 1;
  let intervalUs = onlyFrameUs;
  const fragment = () => {
    const segment = mediaSegment(waiting, sequence++);
    waiting = [];
    bytes = 0;
    return segment;
  };
  for await (const frame of frames) {
    if (!first) {
      const track = trackOf(frame.data);
      if (!track) continue;
      first = frame;
      // A fragment's time has no sign, and where pictures are stored out of order the first is decoded before zero.
      shiftUs = Math.max(0, -frame.dtsUs);
      yield initSegment(track);
    }
    const last = waiting.at(-1);
    // Where one run follows another, decoding times may overlap.
    const dtsUs = last ? Math.max(frame.dtsUs + shiftUs, last.dtsUs + 1) : frame.dtsUs + shiftUs;
    if (last) {
      last.durationUs = dtsUs - last.dtsUs;
      intervalUs = last.durationUs;
      if (frame.key || waiting.length >= mostFrames || bytes >= mostBytes) yield fragment();
    }
    waiting.push({ data: frame.data, ptsUs: frame.ptsUs + shiftUs, dtsUs, key: frame.key, durationUs: intervalUs });
    bytes += frame.data.length;
  }
  if (waiting.length > 0) yield fragment();
}
