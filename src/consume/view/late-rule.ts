/** Which pictures come too late, and which of those are not worth decoding. Pure. */
import type { Frame } from "../../video/frame.ts";

/** A picture that stands by itself may be so late. */
const mostLateMs = 200;
/** One that others build on: those go with it, up to the next key frame. */
const mostLateOfGroupMs = 1000;
/** However late all are, one is shown so often. */
const leastEveryMs = 500;

export class LateRule {
  #skipsGroup = false;
  #takenAtMs = Number.NEGATIVE_INFINITY;

  /** @param lateMs how long ago it should have been shown @param nowMs of a clock that only goes up */
  leavesOut({ type, key }: Pick<Frame, "type" | "key">, lateMs: number, nowMs: number): boolean {
    if (key) this.#skipsGroup = false;
    const most = type === "video/h264" ? mostLateOfGroupMs : mostLateMs;
    const tooLate = lateMs > most && (!key || nowMs - this.#takenAtMs < leastEveryMs);
    if (this.#skipsGroup || tooLate) {
      this.#skipsGroup = type === "video/h264";
      return true;
    }
    this.#takenAtMs = nowMs;
    return false;
  }
}

/** Whoever sees what was captured so short a time ago sees it live. */
const liveMs = 2500;
/** Of a live stream no picture came for longer: something was interrupted. */
const interruptedMs = 1000;

/**
 * How much of a picture's lateness is forgiven, as there was nothing to show before it: all pictures are shown so much
 * later from then on. Who watches a recording goes on where it was interrupted, and who saw it live will see it live.
 * @param behindMs how long ago the picture before it was captured, when it was shown
 */
export function forgiven({ lateMs, idleMs, behindMs }: { lateMs: number; idleMs: number; behindMs: number }): number {
  if (idleMs > interruptedMs && behindMs < liveMs) return 0;
  return Math.max(0, Math.min(idleMs, lateMs));
}
