/** Which pictures are not worth decoding, as they would come too late. Pure. */
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
