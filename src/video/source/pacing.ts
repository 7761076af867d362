/** When a frame is due, on a monotonic clock: lateness never adds up, so a stream does not drift. */

export interface Pace {
  /**
   * When the next frame is due, on the clock of `nowMs`; not after now where it should go at once. The
   * first call fixes the start, and each frame is asked for once, in order.
   * @param dtsUs its decoding time, which never goes back
   */
  dueMs(dtsUs: number, nowMs: number): number;
  /** How long after the start the frame with that presentation time is shown, in ms. */
  elapsedMs(ptsUs: number): number;
}

/** A source whose decoding time goes back by more than this has begun its times anew. */
const restartUs = 1e6;

/** The times of a source that begins them anew, as of joined recordings, made to go on. */
class SourceClock {
  #shiftUs = 0;
  #lastDtsUs: number | undefined;
  #firstDtsUs = 0;
  #firstPtsUs: number | undefined;

  /** Time since the first frame, by decoding time; asked for each frame, in order. */
  decodedUs(dtsUs: number): number {
    if (this.#lastDtsUs === undefined) this.#firstDtsUs = dtsUs;
    else if (dtsUs < this.#lastDtsUs - restartUs) this.#shiftUs += this.#lastDtsUs - dtsUs;
    this.#lastDtsUs = dtsUs;
    return dtsUs + this.#shiftUs - this.#firstDtsUs;
  }

  /** Time since the first frame, by presentation time. */
  presentedUs(ptsUs: number): number {
    this.#firstPtsUs ??= ptsUs;
    return ptsUs + this.#shiftUs - this.#firstPtsUs;
  }
}

/** @param speed 2 is twice as fast */
export function realTime(speed = 1): Pace {
  const clock = new SourceClock();
  let startMs: number | undefined;
  return {
    dueMs(dtsUs, nowMs) {
      startMs ??= nowMs;
      return startMs + clock.decodedUs(dtsUs) / 1000 / speed;
    },
    elapsedMs: (ptsUs) => clock.presentedUs(ptsUs) / 1000 / speed,
  };
}

/** One frame after another with the same time between them, whatever the source says. */
export function every(intervalMs: number): Pace {
  let startMs: number | undefined;
  let count = -1;
  return {
    dueMs(_, nowMs) {
      startMs ??= nowMs;
      return startMs + ++count * intervalMs;
    },
    elapsedMs: () => Math.max(0, count) * intervalMs,
  };
}

/** As fast as it goes: a frame is always due. */
export function unpaced(): Pace {
  const clock = new SourceClock();
  return {
    dueMs(dtsUs, nowMs) {
      clock.decodedUs(dtsUs);
      return nowMs;
    },
    elapsedMs: (ptsUs) => clock.presentedUs(ptsUs) / 1000,
  };
}
