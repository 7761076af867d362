/** What was told of the topics last, each as JSON once for all who are told: of thousands of them a few change in a second. */
import type { TopicSummary } from "./summary.ts";

export class Published {
  readonly #texts = new Map<string, string>();

  /** By name. */
  get texts(): ReadonlyMap<string, string> {
    return this.#texts;
  }

  /** @returns whether there is anything new */
  update(topics: readonly TopicSummary[]): boolean {
    let isNew = false;
    for (const topic of topics) {
      const text = JSON.stringify(topic);
      if (this.#texts.get(topic.name) === text) continue;
      this.#texts.set(topic.name, text);
      isNew = true;
    }
    if (this.#texts.size === topics.length) return isNew;
    const names = new Set(topics.map(({ name }) => name));
    for (const name of this.#texts.keys()) if (!names.has(name)) this.#texts.delete(name);
    return true;
  }
}
