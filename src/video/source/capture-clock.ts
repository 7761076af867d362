/**
 * When a camera's frame was captured. Frames arrive later than they were taken, each by a different
 * delay; the source's own times have the true spacing but begin anywhere, and its clock runs a little
 * faster or slower than ours. So the smallest delay seen is taken for the constant part of it, and
 * forgotten slowly, by more than two clocks ever differ.
 */

/** 1 ms in 100: clocks differ by less than 1 in 1000. */
const forgetting = 0.01;
/** A source whose times jump by more than this has begun them anew. */
const jumpMs = 2000;

export class CaptureClock {
  #offsetMs: number | undefined;
  #lastArrivalMs = 0;
  #lastMs = 0;

  /** A frame that arrived and is dated later, with others that it waited with: the smallest delay among them counts for all. */
  anchor(ptsMs: number, arrivalMs: number): void {
    this.#offsetMs = Math.min(this.#offsetMs ?? Number.POSITIVE_INFINITY, arrivalMs - ptsMs);
    this.#lastArrivalMs = arrivalMs;
  }

  /**
   * @param ptsMs the source's time
   * @param arrivalMs now, milliseconds since 1970
   * @returns milliseconds since 1970: not after the arrival
   */
  captured(ptsMs: number, arrivalMs: number): number {
    const offsetMs = arrivalMs - ptsMs;
    const forgottenMs = (this.#offsetMs ?? offsetMs) + Math.max(0, arrivalMs - this.#lastArrivalMs) * forgetting;
    this.#offsetMs = offsetMs - forgottenMs > jumpMs ? offsetMs : Math.min(offsetMs, forgottenMs);
    this.#lastArrivalMs = arrivalMs;
    // Our clock was set back: what was dated by it before is later than now for as long as that was.
    if (this.#lastMs - arrivalMs > jumpMs) this.#lastMs = 0;
    // Frames that waited together while the connection was made have passed already: no time goes back for them.
    this.#lastMs = Math.min(arrivalMs, Math.max(this.#lastMs, ptsMs + this.#offsetMs));
    return this.#lastMs;
  }
}
