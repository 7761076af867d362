/** The tokens that kt serve asks for, out of the options, their files, and what is made at the start. */
import { randomBytes } from "node:crypto";
import { KtError } from "../errors.ts";
import { made } from "./options-access.ts";
import { readSecretFile } from "./secret-file.ts";

export interface TokenOptions {
  token: string | undefined;
  tokenFile: string | undefined;
  readToken: string | undefined;
  readTokenFile: string | undefined;
}

export interface TokenTexts {
  all: string | undefined;
  read: string | undefined;
}

/** 192 bits: nobody guesses it, however fast. */
const madeBytes = 24;

/** Reads the files each time; what was made once stays. */
export class TokenSource {
  readonly #options: TokenOptions;
  /** Those that nobody knows yet. */
  readonly made: TokenTexts;
  /** Nobody gave one, and what asks for it is writing: reading is open. */
  readonly onlyForWriting: boolean;

  /** @param writes whether something may be written, which nobody may without a token @throws KtError usage */
  constructor(options: TokenOptions, writes: boolean) {
    this.#options = options;
    const { token, tokenFile, readToken, readTokenFile } = options;
    if (token !== undefined && tokenFile !== undefined) throw twice("--token-file", "--token, KT_TOKEN");
    if (readToken !== undefined && readTokenFile !== undefined) throw twice("--read-token-file", "--read-token, KT_READ_TOKEN");
    const make = (text: string | undefined) => (text === made ? randomBytes(madeBytes).toString("base64url") : undefined);
    const missing = writes && token === undefined && tokenFile === undefined;
    this.onlyForWriting = missing && readToken === undefined && readTokenFile === undefined;
    this.made = { all: make(missing ? made : token), read: make(readToken) };
  }

  /** Whether some are in files, which may change. */
  get hasFiles(): boolean {
    return this.#options.tokenFile !== undefined || this.#options.readTokenFile !== undefined;
  }

  /** @throws KtError usage where a file cannot be read, or the two are the same */
  read(): TokenTexts {
    const { token, tokenFile, readToken, readTokenFile } = this.#options;
    const all = this.made.all ?? (tokenFile === undefined ? token : readSecretFile(tokenFile, "--token-file"));
    const read = this.made.read ?? (readTokenFile === undefined ? readToken : readSecretFile(readTokenFile, "--read-token-file"));
    if (all !== undefined && all === read)
      throw KtError.usage("The token that only reads is the same as the one that may do everything.", "Give each its own.");
    return { all, read };
  }
}

function twice(file: string, other: string): KtError {
  return KtError.usage(`${file} names a file with the token, and there is one already (${other}).`, "Leave one of them out.");
}
