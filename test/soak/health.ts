/** Asked often, while others work: how long it took at most. */
export class Health {
  slowestMs = 0;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(url: string) {
    this.#timer = setInterval(async () => {
      const beganMs = performance.now();
      await fetch(url).catch(() => {});
      this.slowestMs = Math.max(this.slowestMs, performance.now() - beganMs);
    }, 250);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
