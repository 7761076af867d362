/** How far the server's clock is from this device's, measured by asking for it. Pure. */

/** The last so many answers are looked at: clocks drift, and the network is sometimes slow. */
const kept = 8;

export class ClockOffset {
  readonly #samples: { offsetMs: number; wayMs: number }[] = [];

  /** @param sentMs and cameMs by this device's clock */
  add(sentMs: number, serverMs: number, cameMs: number): void {
    this.#samples.push({ offsetMs: serverMs - (sentMs + cameMs) / 2, wayMs: cameMs - sentMs });
    if (this.#samples.length > kept) this.#samples.shift();
  }

  /** Of the answer that was the fastest: it is wrong by half of its way at most. undefined where none came. */
  get best(): { offsetMs: number; wayMs: number } | undefined {
    return this.#samples.toSorted((a, b) => a.wayMs - b.wayMs)[0];
  }
}
