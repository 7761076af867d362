/** Why something that was sent is not taken: a status, and a sentence that says what to do. */
import { problem } from "../answers.ts";

export class Refused extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(status: number, sentence: string, headers: Record<string, string> = {}) {
    super(sentence);
    this.status = status;
    this.headers = headers;
  }

  /** @param ms until there may be room again */
  static later(sentence: string, ms: number): Refused {
    return new Refused(429, sentence, { "Retry-After": String(Math.max(1, Math.ceil(ms / 1000))) });
  }

  get answer(): Response {
    return problem(this.status, this.message, this.headers);
  }
}
