/** Calls when what was expected did not come in time. */
const everyMs = 500;

export class Watch {
  barked = false;
  readonly #bark: () => void;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #withinMs = 0;
  #hasBegun = () => true;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(bark: () => void) {
    this.#bark = bark;
  }

  /** Something must come within so long, counted from when it has begun; each call begins anew. */
  expect(withinMs: number, hasBegun: () => boolean = () => true): void {
    this.#deadlineMs = performance.now() + withinMs;
    this.#withinMs = withinMs;
    this.#hasBegun = hasBegun;
    this.#timer ??= setInterval(() => {
      if (!this.#hasBegun()) this.#deadlineMs = performance.now() + this.#withinMs;
      if (performance.now() < this.#deadlineMs || this.barked) return;
      this.barked = true;
      this.#bark();
    }, everyMs);
  }

  rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
