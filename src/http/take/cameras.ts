/** Which streams a browser's camera sends now: one at a time writes a stream. */

export interface Camera {
  /** Who it is, also after its connection was lost. */
  id: string;
  /** Another connection of the same one has taken its place. */
  displaced(): void;
}

export class Cameras {
  readonly #sending = new Map<string, Camera>();

  of(topic: string, key: string): Camera | undefined {
    return this.#sending.get(nameOf(topic, key));
  }

  /** @returns the way to give it back; undefined where another one sends */
  begin(topic: string, key: string, camera: Camera): (() => void) | undefined {
    const name = nameOf(topic, key);
    const before = this.#sending.get(name);
    if (before && before.id !== camera.id) return undefined;
    this.#sending.set(name, camera);
    before?.displaced();
    return () => {
      if (this.#sending.get(name) === camera) this.#sending.delete(name);
    };
  }
}

const nameOf = (topic: string, key: string) => `${topic}/${key}`;
