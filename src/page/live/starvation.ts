/** How long a decoder may have nothing to do and give nothing before it is taken to wait for more. Pure: the clock is passed in. */

/** So many times as long as it takes for a frame of late. */
const times = 4;
const [leastMs, mostMs] = [50, 1000];
/** What one frame took counts for so much: a moment's pause of the whole machine says little about the decoder. */
const weight = 0.1;

export class Quiet {
  #givenAtMs = 0;
  /** From the last frame that went in until one came out, on average. */
  #responseMs = mostMs / times;

  given(nowMs: number): void {
    this.#givenAtMs = nowMs;
  }

  came(nowMs: number): void {
    this.#responseMs += weight * (nowMs - this.#givenAtMs - this.#responseMs);
  }

  get ms(): number {
    return Math.min(mostMs, Math.max(leastMs, times * this.#responseMs));
  }
}
