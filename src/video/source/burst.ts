/** What a source sent while ffmpeg still looked at what it is comes all at once, up to seconds after it was taken. */
import type { Frame } from "../frame.ts";
import type { CaptureClock } from "./capture-clock.ts";

/** Frames that come in less than this part of the time between them had waited. */
const waitedShare = 0.5;
/** What is held until it can be dated is bounded, as a source may send faster than in real time for ever. */
const mostFrames = 500;
const mostBytes = 32 << 20;
const mostMs = 1000;

/**
 * The same frames: the first ones when they have come to an end, so that the clock can date them by the last of them,
 * which did not wait.
 * @param now milliseconds since 1970
 */
export async function* afterBurst(frames: AsyncIterable<Frame>, clock: CaptureClock, now: () => number = Date.now): AsyncGenerator<Frame> {
  let held: Frame[] | undefined = [];
  let bytes = 0;
  let beganMs = 0;
  let last: { dtsUs: number; arrivalMs: number } | undefined;
  for await (const frame of frames) {
    if (!held) {
      yield frame;
      continue;
    }
    const arrivalMs = now();
    const { ptsUs, dtsUs } = frame;
    beganMs ||= arrivalMs;
    bytes += frame.data.length;
    held.push(frame);
    clock.anchor(ptsUs / 1000, arrivalMs);
    const waited = !last || arrivalMs - last.arrivalMs < ((dtsUs - last.dtsUs) / 1000) * waitedShare;
    last = { dtsUs, arrivalMs };
    if (waited && held.length < mostFrames && bytes < mostBytes && arrivalMs - beganMs < mostMs) continue;
    yield* held;
    held = undefined;
  }
  yield* held ?? [];
}
