/** So many may do something at once; who comes later waits for a turn. */
import { KtError } from "./errors.ts";

export interface TurnsOptions {
  /** So many may wait; whoever comes then is sent away. */
  mostWaiting?: number;
  /** What there is too much of, for who is sent away: "pictures are being scaled". */
  doing?: string;
}

export class Turns {
  #free: number;
  readonly #mostWaiting: number;
  readonly #doing: string;
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>();

  constructor(most: number, { mostWaiting = Number.POSITIVE_INFINITY, doing = "" }: TurnsOptions = {}) {
    this.#free = most;
    this.#mostWaiting = mostWaiting;
    this.#doing = doing;
  }

  /**
   * @param signal who waits gives up his turn when it aborts
   * @throws KtError busy where too many wait already; the signal's reason
   */
  async take<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const leave = await this.enter(signal);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** As take does, for what lasts. @returns ends the turn; once more does nothing */
  async enter(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#turn(signal);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      const next = this.#waiting.values().next().value;
      if (!next) this.#free++;
      else {
        this.#waiting.delete(next);
        next();
      }
    };
  }

  async #turn(signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.size >= this.#mostWaiting)
      throw new KtError({ code: "busy", message: `Too many ${this.#doing} at the same time.`, hint: "Ask again in a moment.", retryable: true });
    const turn = Promise.withResolvers<void>();
    const giveUp = () => {
      // Whose turn has come meanwhile has it.
      if (this.#waiting.delete(turn.resolve)) turn.reject(signal?.reason);
    };
    this.#waiting.add(turn.resolve);
    signal?.addEventListener("abort", giveUp, { once: true });
    try {
      await turn.promise;
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  }
}
