/** What counts only once it is a while ago: nobody says when a plain HTTP client has read what was sent to it. */

export class HeldBack<Value> {
  readonly #ms: number;
  readonly #take: (value: Value) => void;
  /** In the order in which they came. */
  readonly #waiting: { dueMs: number; value: Value }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param take gets the newest of what came so long ago */
  constructor(ms: number, take: (value: Value) => void) {
    this.#ms = ms;
    this.#take = take;
  }

  push(value: Value): void {
    this.#waiting.push({ dueMs: performance.now() + this.#ms, value });
    this.#timer ??= setTimeout(() => this.#due(), this.#ms);
  }

  /** What has not counted yet never does. */
  close(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #due(): void {
    const nowMs = performance.now();
    const first = this.#waiting.findIndex(({ dueMs }) => dueMs > nowMs);
    const due = this.#waiting.splice(0, first < 0 ? this.#waiting.length : first).at(-1);
    if (due) this.#take(due.value);
    const [next] = this.#waiting;
    this.#timer = next && setTimeout(() => this.#due(), Math.max(1, next.dueMs - nowMs));
  }
}
