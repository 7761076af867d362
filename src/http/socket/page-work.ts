/** What one page has asked for and is not done: some of it at a time, the rest waits, and all of it ends with the page. */
import { Turns } from "../../turns.ts";

/** Most of the time it is waiting for Kafka. */
const mostAtOnce = 16;
/** A wall of hundreds of tiles that comes back asks for all of them at once. */
const mostWaiting = 1024;

/** @param signal aborts when the page has gone, or has withdrawn what it asked for */
export type Work<Result> = (signal: AbortSignal) => Promise<Result>;

export class PageWork {
  readonly #turns = new Turns(mostAtOnce, { mostWaiting, doing: "things are asked for by this page" });
  readonly #closing = new AbortController();
  /** What can be withdrawn, by the number that the page gave it. */
  readonly #requests = new Map<number, AbortController>();
  readonly #hasRoom: () => boolean;
  #drained = Promise.withResolvers<void>();

  /** @param hasRoom false while the socket is full: nothing is begun then, as the page is too slow for what it has */
  constructor(hasRoom: () => boolean) {
    this.#hasRoom = hasRoom;
  }

  /** @throws KtError busy where too much waits; the signal's reason once the page has gone */
  run<Result>(work: Work<Result>): Promise<Result> {
    return this.#run(work, this.#closing.signal);
  }

  /** As run does. What the page withdraws meanwhile ends without a word. */
  async answer(request: number, work: Work<void>): Promise<void> {
    const withdrawal = new AbortController();
    this.#requests.set(request, withdrawal);
    try {
      await this.#run(work, AbortSignal.any([this.#closing.signal, withdrawal.signal]));
    } catch (error) {
      if (!withdrawal.signal.aborted) throw error;
    } finally {
      if (this.#requests.get(request) === withdrawal) this.#requests.delete(request);
    }
  }

  withdraw(request: number): void {
    this.#requests.get(request)?.abort();
  }

  #run<Result>(work: Work<Result>, signal: AbortSignal): Promise<Result> {
    return this.#turns.take(
      () =>
        this.whenRoom(() => {
          signal.throwIfAborted();
          return work(signal);
        }),
      signal,
    );
  }

  /**
   * Does something as soon as the socket has room, before anybody else who waits looks: all of them wake at once, and what
   * each sends takes room from the next. @throws the signal's reason once the page has gone
   */
  async whenRoom<Result>(act: () => Result | Promise<Result>): Promise<Result> {
    while (!this.#hasRoom() && !this.#closing.signal.aborted) await this.#drained.promise;
    this.#closing.signal.throwIfAborted();
    return act();
  }

  drained(): void {
    this.#drained.resolve();
    this.#drained = Promise.withResolvers();
  }

  close(): void {
    this.#closing.abort();
    this.drained();
  }
}
