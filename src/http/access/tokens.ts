/** The tokens of this kt, and what each opens. */
import { timingSafeEqual } from "node:crypto";

/**
 * - all: everything
 * - read: everything but what moves a consumer group
 */
export type Right = "all" | "read";

/** undefined where there is no such token; without any nobody is asked for one. */
export type TokenTexts = Record<Right, string | undefined>;

export class Tokens {
  #digests: [Right, Buffer][] = [];

  constructor(texts: TokenTexts) {
    this.replace(texts);
  }

  /** Those from before open nothing from now on. */
  replace({ all, read }: TokenTexts): void {
    const given: [Right, string | undefined][] = [
      ["all", all],
      ["read", read],
    ];
    this.#digests = given.flatMap(([right, text]) => (text === undefined ? [] : [[right, digest(text)]]));
  }

  get asked(): boolean {
    return this.#digests.length > 0;
  }

  /** The most that any of the texts opens; undefined where none is a token. */
  rightOf(brought: readonly string[]): Right | undefined {
    // Of the same length, whatever was given, and all of them: how long it takes must not say how much of which is right.
    const digests = brought.map(digest);
    const found = this.#digests.filter(([, its]) => digests.filter((one) => timingSafeEqual(one, its)).length > 0);
    return found[0]?.[0];
  }
}

function digest(text: string): Buffer {
  return new Bun.CryptoHasher("sha256").update(text).digest();
}
