/** Wrong tokens, counted, and told of now and then: never what was tried. */

/** Since the server began. */
export const wrongTokens = { count: 0 };

const everyMs = 60_000;
/** So many are no mistake: they are told of at once, and not at the end of the minute. */
const manyAtOnce = 10;

export class WrongTokens {
  readonly #warn: (line: string) => void;
  /** Since the last line. */
  #untold = 0;
  #last = "";
  #minute: ReturnType<typeof setTimeout> | undefined;
  #toldSoon = false;

  /** @param warn gets a line a minute at most, and one more at the first of many */
  constructor(warn: (line: string) => void) {
    this.#warn = warn;
  }

  add(address: string): void {
    wrongTokens.count++;
    this.#untold++;
    this.#last = address;
    this.#minute ??= setTimeout(() => this.#end(), everyMs).unref();
    if (this.#untold < manyAtOnce || this.#toldSoon) return;
    this.#toldSoon = true;
    this.#tell();
  }

  /** A minute without any is the end of it. */
  #end(): void {
    this.#minute = undefined;
    this.#toldSoon = this.#untold > 0;
    if (this.#untold === 0) return;
    this.#tell();
    this.#minute = setTimeout(() => this.#end(), everyMs).unref();
  }

  #tell(): void {
    const many = this.#untold === 1 ? "A wrong token" : `${this.#untold.toLocaleString("en")} wrong tokens`;
    this.#warn(`${many} came within a minute, the last from ${this.#last}.`);
    this.#untold = 0;
  }
}
