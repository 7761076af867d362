/** Who has a token, and what becomes of those who try one. */
import { Guesses } from "./guesses.ts";
import { type Right, Tokens, type TokenTexts } from "./tokens.ts";
import { WrongTokens } from "./wrong-tokens.ts";

export type Entry =
  | Right
  /** No token was brought. */
  | "none"
  | "wrong"
  /** Too many wrong ones came from there: this one was not looked at. */
  | "unheard";

/** Whoever is not listened to may ask again after so long. */
export const retrySeconds = 20;
/** He too has his answer late, so that trying on costs him a connection; */
const unheardMs = 5000;
/** unless so many wait already. */
const mostWaiting = 2000;

export class Door {
  readonly tokens: Tokens;
  readonly #guesses = new Guesses();
  readonly #wrong: WrongTokens;
  /** So many answers to wrong tokens are held back now. */
  #waiting = 0;

  /** @param warn told of wrong tokens now and then */
  constructor(texts: TokenTexts, warn: (line: string) => void) {
    this.tokens = new Tokens(texts);
    this.#wrong = new WrongTokens(warn);
  }

  replaceTokens(texts: TokenTexts): void {
    this.tokens.replace(texts);
    this.#guesses.forget();
  }

  /**
   * A wrong token's answer is late.
   * @param brought all that may be meant as the token
   */
  async enter(brought: readonly string[], address: string): Promise<Entry> {
    if (brought.length === 0) return "none";
    const heard = this.#guesses.isHeard(address, performance.now());
    const right = heard ? this.tokens.rightOf(brought) : undefined;
    if (right) {
      this.#guesses.right(address);
      return right;
    }
    this.#wrong.add(address);
    const waitMs = heard ? this.#guesses.wrong(address, performance.now()) : undefined;
    if (waitMs !== undefined) await this.#hold(waitMs);
    else if (this.#waiting < mostWaiting) await this.#hold(unheardMs);
    return waitMs === undefined ? "unheard" : "wrong";
  }

  async #hold(ms: number): Promise<void> {
    if (ms <= 0) return;
    this.#waiting++;
    await Bun.sleep(ms);
    this.#waiting--;
  }
}
