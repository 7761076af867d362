/** A stream's hold, with the clock and what was chosen. */
import { Hold, type Pass } from "./hold.ts";
import { boxSettings } from "./settings.ts";

export class LiveHold {
  readonly #hold: Hold;
  readonly #isWorth: () => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param isWorth false where nobody says what is seen: nothing is waited for then */
  constructor(pass: Pass, isKnown: ConstructorParameters<typeof Hold>[1], isWorth: () => boolean) {
    this.#hold = new Hold(pass, isKnown);
    this.#isWorth = isWorth;
  }

  /** How long the picture waited that is shown; null where none is held back. */
  get delayMs(): number | null {
    return this.#longestMs > 0 ? this.#hold.delayMs : null;
  }

  receive: Pass = (head, picture, painted) => {
    this.#hold.receive(head, picture, painted, performance.now(), this.#longestMs);
    this.#wait();
  };

  /** Something became known. */
  look(): void {
    if (this.#hold.count > 0) this.#hold.look(performance.now(), this.#longestMs);
    this.#wait();
  }

  clear(): void {
    this.#hold.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #longestMs(): number {
    const { on, holdMs } = boxSettings.get();
    return on && this.#isWorth() ? holdMs : 0;
  }

  #wait(): void {
    if (this.#hold.count === 0 || this.#timer !== undefined) return;
    const afterMs = this.#hold.look(performance.now(), this.#longestMs);
    if (afterMs === undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#wait();
    }, afterMs);
  }
}
