/** When each picture of a recording is shown: by its own times, and by a clock that can be stopped. Pure, but for the time it is given. */

/** A longer pause within one run is not waited for. */
const longestGapMs = 10_000;
/** So much back in time is no order of decoding. */
const mostBackMs = 1000;
/** From the last picture of a run to the first of the next. */
const betweenRunsMs = 40;

export interface Timed {
  /** The emit run, "" where the producer gave none. */
  run: string;
  /** In the source, or since 1970: only differences count. */
  mediaMs: number;
}

export class FrameClock {
  readonly #time: () => number;
  /** How much later it is than this clock says. */
  #heldMs = 0;
  #stoppedAtMs: number | undefined;
  #anchor: { run: string; mediaMs: number; dueMs: number } | undefined;
  #newest = { mediaMs: 0, dueMs: 0 };

  /** @param time milliseconds that only go up */
  constructor(time: () => number) {
    this.#time = time;
  }

  /** By this clock, as all that is due. */
  now(): number {
    return (this.#stoppedAtMs ?? this.#time()) - this.#heldMs;
  }

  get stopped(): boolean {
    return this.#stoppedAtMs !== undefined;
  }

  stop(): void {
    this.#stoppedAtMs ??= this.#time();
  }

  goOn(): void {
    if (this.#stoppedAtMs !== undefined) this.#heldMs += this.#time() - this.#stoppedAtMs;
    this.#stoppedAtMs = undefined;
  }

  /** Nothing was there to be shown for so long: what comes is not late. */
  hold(ms: number): void {
    this.#heldMs += ms;
  }

  /** When a picture is shown. Call it for each, in the order of decoding. */
  due({ run, mediaMs }: Timed): number {
    const since = mediaMs - this.#newest.mediaMs;
    if (!this.#anchor || run !== this.#anchor.run || since > longestGapMs || since < -mostBackMs) {
      const dueMs = this.#anchor ? Math.max(this.now(), this.#newest.dueMs + betweenRunsMs) : this.now();
      this.#anchor = { run, mediaMs, dueMs };
      this.#newest = { mediaMs, dueMs };
    }
    const dueMs = this.#anchor.dueMs + mediaMs - this.#anchor.mediaMs;
    if (mediaMs > this.#newest.mediaMs) this.#newest = { mediaMs, dueMs };
    return dueMs;
  }
}
