/** Wrong tokens, counted, and told of now and then: never what was tried. */

/** Since the server began. */
export const wrongTokens = { count: 0 };

const everyMs = 60_000;

export class WrongTokens {
  readonly #warn: (line: string) => void;
  #more = 0;
  #last = "";
  #quiet: ReturnType<typeof setTimeout> | undefined;

  /** @param warn gets the first at once, and then a line a minute at most */
  constructor(warn: (line: string) => void) {
    this.#warn = warn;
  }

  add(address: string): void {
    wrongTokens.count++;
    if (this.#quiet === undefined) {
      this.#warn(`A wrong token came from ${address}.`);
      this.#wait();
    } else {
      this.#more++;
      this.#last = address;
    }
  }

  #wait(): void {
    this.#quiet = setTimeout(() => {
      this.#quiet = undefined;
      if (this.#more === 0) return;
      const many = this.#more === 1 ? "Another wrong token" : `${this.#more.toLocaleString("en")} more wrong tokens`;
      this.#warn(`${many} came within a minute, the last from ${this.#last}.`);
      this.#more = 0;
      this.#wait();
    }, everyMs);
    this.#quiet.unref();
  }
}
