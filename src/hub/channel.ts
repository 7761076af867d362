/** A short queue between those who make something and the one who takes it: who makes too much waits. */
export class Channel<Item> {
  readonly #items: Item[] = [];
  readonly #most: number;
  #error: unknown;
  #closed = false;
  #changed = Promise.withResolvers<void>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves when there is room for another, or nobody takes any more. */
  async push(item: Item): Promise<void> {
    this.#items.push(item);
    this.#change();
    while (this.#items.length >= this.#most && !this.#closed) await this.#changed.promise;
  }

  /** The next item; undefined when it is closed. @throws what it was closed with */
  async next(): Promise<Item | undefined> {
    while (this.#items.length === 0 && !this.#closed) await this.#changed.promise;
    if (this.#error !== undefined) throw this.#error;
    if (this.#closed) return undefined;
    const item = this.#items.shift();
    this.#change();
    return item;
  }

  close(error?: unknown): void {
    this.#error ??= error;
    this.#closed = true;
    this.#change();
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
