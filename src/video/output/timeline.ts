/** Frames of one stream, run after run, on one clock that begins at zero and never jumps back. */
import type { Frame, RecordedFrame } from "../frame.ts";

/** What an MP4 in microseconds can hold between two frames (a signed 32-bit number), with room to spare. */
export const maxGapUs = 2000e6;
/** Until a stream has shown its own. */
const firstIntervalUs = 40_000;
/** Between pictures that carry the same timestamp, or an earlier one. */
const leastGapUs = 1000;

export class Timeline {
  /** Gaps that were longer than an MP4 can hold. */
  shortenedGaps = 0;
  #run: string | undefined;
  #originMs: number | undefined;
  /** From the clock of the present run to this one. */
  #shiftUs = 0;
  #latestUs = Number.NEGATIVE_INFINITY;
  #latestDtsUs = Number.NEGATIVE_INFINITY;
  #intervalUs = firstIntervalUs;
  #lastDtsUs = 0;

  /**
   * The frame with its times from the beginning of the recording. Within a run they keep the source's
   * distances; from one run to the next, and where there are no source's times, the records' timestamps
   * tell how much time passed.
   */
  place({ frame, run, timed, timestampMs }: RecordedFrame): Frame {
    this.#originMs ??= timestampMs;
    const byClockUs = timestampMs < 0 ? this.#nextUs : (timestampMs - this.#originMs) * 1000;
    return timed ? this.#byRun(frame, run, byClockUs) : this.#byTimestamp(frame, byClockUs);
  }

  get #nextUs(): number {
    return this.#latestUs === Number.NEGATIVE_INFINITY ? 0 : this.#latestUs + this.#intervalUs;
  }

  #byRun(frame: Frame, run: string, byClockUs: number): Frame {
    const begins = run !== this.#run;
    const jumpsBack = frame.key && frame.ptsUs + this.#shiftUs < this.#latestUs;
    if (begins || jumpsBack) this.#shiftUs = this.#beginUs(frame, byClockUs) - frame.ptsUs;
    else if (frame.dtsUs > this.#lastDtsUs) this.#intervalUs = frame.dtsUs - this.#lastDtsUs;
    this.#run = run;
    this.#lastDtsUs = frame.dtsUs;
    this.#shiftUs -= this.#excess(frame.ptsUs + this.#shiftUs);
    return this.#at(frame, frame.ptsUs + this.#shiftUs, frame.dtsUs + this.#shiftUs);
  }

  /**
   * Where the timestamps put it, if only after all that was shown and decoded before: the last picture of a run is then
   * shown for as long as it was, be that shorter than the others. Where runs overlap, a frame later.
   */
  #beginUs({ ptsUs, dtsUs }: Frame, byClockUs: number): number {
    const follows = byClockUs > this.#latestUs && byClockUs - (ptsUs - dtsUs) > this.#latestDtsUs;
    return follows ? byClockUs : this.#nextUs;
  }

  #byTimestamp(frame: Frame, byClockUs: number): Frame {
    this.#run = undefined;
    const latestUs = this.#latestUs;
    const wantedUs = Math.max(byClockUs, latestUs + leastGapUs);
    const timeUs = wantedUs - this.#excess(wantedUs);
    if (latestUs !== Number.NEGATIVE_INFINITY) this.#intervalUs = timeUs - latestUs;
    return this.#at(frame, timeUs, timeUs);
  }

  /** By how much a gap is too long. The clock of the timestamps goes on without it. */
  #excess(ptsUs: number): number {
    const excessUs = ptsUs - this.#latestUs - maxGapUs;
    if (this.#originMs === undefined || this.#latestUs === Number.NEGATIVE_INFINITY || excessUs <= 0) return 0;
    this.#originMs += excessUs / 1000;
    this.shortenedGaps++;
    return excessUs;
  }

  #at(frame: Frame, ptsUs: number, dtsUs: number): Frame {
    this.#latestUs = Math.max(this.#latestUs, ptsUs);
    this.#latestDtsUs = Math.max(this.#latestDtsUs, dtsUs);
    return { ...frame, ptsUs, dtsUs };
  }
}
