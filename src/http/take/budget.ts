/** How much of all that is written may be in memory at once: what is still coming, and what Kafka has not acknowledged. */

export class Budget {
  readonly most: number;
  held = 0;

  /** @param most bytes */
  constructor(most: number) {
    this.most = most;
  }

  hasRoom(bytes: number): boolean {
    return this.held + bytes <= this.most;
  }

  /** A part of it, for as long as it is not released. */
  open(): Holding {
    return new Holding(this);
  }
}

export class Holding implements Disposable {
  readonly #budget: Budget;
  #bytes = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** @returns false where there is no room for so much more, and then nothing is held of it */
  grow(bytes: number): boolean {
    if (!this.#budget.hasRoom(bytes)) return false;
    this.#budget.held += bytes;
    this.#bytes += bytes;
    return true;
  }

  [Symbol.dispose](): void {
    this.#budget.held -= this.#bytes;
    this.#bytes = 0;
  }
}
