/** What a page was told of the topics: it is told of those only that have changed since. */

export class TopicNews {
  /** By name, as JSON. */
  readonly #told = new Map<string, string>();
  #begins = true;

  /**
   * @param texts the topics as they are now
   * @returns the message `topics`; undefined where nothing has changed
   */
  next(texts: ReadonlyMap<string, string>): string | undefined {
    const topics: string[] = [];
    for (const [name, text] of texts) {
      if (this.#told.get(name) === text) continue;
      this.#told.set(name, text);
      topics.push(text);
    }
    const gone: string[] = [];
    if (this.#told.size !== texts.size)
      for (const name of this.#told.keys())
        if (!texts.has(name)) {
          this.#told.delete(name);
          gone.push(name);
        }
    if (!this.#begins && topics.length === 0 && gone.length === 0) return undefined;
    const message = `{"type":"topics","begins":${this.#begins},"topics":[${topics.join(",")}],"gone":${JSON.stringify(gone)}}`;
    this.#begins = false;
    return message;
  }
}
