/**
 * Has memory that was given up collected soon. JavaScriptCore waits until its heap has doubled, and a
 * program with nothing to do may keep hundreds of megabytes of what went through it for good.
 */
const mostBytes = 64 << 20;
/** Not worth a pause. */
const leastBytes = 8 << 20;
const idleMs = 1000;

export class Garbage {
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** So many bytes are no longer needed, as far as it depends on the caller. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes >= mostBytes) this.#collect();
    else if (this.#bytes >= leastBytes) this.#timer ??= setTimeout(() => this.#collect(), idleMs).unref();
  }

  #collect(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#bytes = 0;
    // A few milliseconds, as the collector's own pauses take.
    Bun.gc(true);
  }
}
