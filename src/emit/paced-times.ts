/** Which time of day the pictures of a source have that is sent at a pace, as of a file. */

/** A clock that is moved smoothly is not told of, and of what it is set by less nobody sees anything. */
const leastStepMs = 500;

interface Clocks {
  wallMs(): number;
  /** Of it only differences count. */
  steadyMs(): number;
}

export class PacedTimes {
  readonly #clocks: Clocks;
  #apartMs: number;
  #startMs: number | undefined;

  constructor(clocks: Clocks = { wallMs: () => Date.now(), steadyMs: () => performance.now() }) {
    this.#clocks = clocks;
    this.#apartMs = this.#apart();
  }

  /**
   * As evenly as the source's own times; but where the machine's clock is set meanwhile, they are set with it: a small
   * computer without a battery begins in another year, and a file may be sent over and over for months.
   * @param elapsedMs since the first picture
   * @param begin the time of the first picture, asked for once; in ms since 1970
   */
  at(elapsedMs: number, begin: () => number): number {
    const stepMs = this.#apart() - this.#apartMs;
    if (Math.abs(stepMs) >= leastStepMs) {
      this.#apartMs += stepMs;
      if (this.#startMs !== undefined) this.#startMs += stepMs;
    }
    this.#startMs ??= begin();
    return this.#startMs + elapsedMs;
  }

  #apart(): number {
    return this.#clocks.wallMs() - this.#clocks.steadyMs();
  }
}
