/** Which streams a browser's camera sends now: one at a time writes a stream. Pure: the clock is passed in. */

export interface Camera {
  /** Who it is, also after its connection was lost. */
  id: string;
  /** When something was heard of it last. */
  heardMs: number;
  /** Another connection has taken its place. */
  displaced(): void;
}

/** A phone that was switched off leaves its connection behind; one that is there says something every ten seconds. */
const mostSilentMs = 15_000;

export class Cameras {
  readonly #sending = new Map<string, Camera>();

  /** The one that sends a stream, unless nothing was heard of it for long. */
  of(topic: string, key: string, nowMs: number): Camera | undefined {
    const camera = this.#sending.get(nameOf(topic, key));
    return camera && nowMs - camera.heardMs <= mostSilentMs ? camera : undefined;
  }

  /** @returns the way to give it back; undefined where another one sends */
  begin(topic: string, key: string, camera: Camera, nowMs: number): (() => void) | undefined {
    const other = this.of(topic, key, nowMs);
    if (other && other.id !== camera.id) return undefined;
    const name = nameOf(topic, key);
    const before = this.#sending.get(name);
    this.#sending.set(name, camera);
    before?.displaced();
    return () => {
      if (this.#sending.get(name) === camera) this.#sending.delete(name);
    };
  }
}

const nameOf = (topic: string, key: string) => `${topic}/${key}`;
