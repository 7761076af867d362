import { eventually } from "./kt.ts";
import { Running } from "./process.ts";

/** A viewer that stays: how many pictures it got, and whether it is still connected. */
export class Viewer implements AsyncDisposable {
  readonly #curl: Running;
  constructor(url: string) {
    this.#curl = new Running(["curl", "-sN", url]);
  }
  get pictures(): number {
    return this.#curl.stdout.text.split(/Content-Type: image\//).length - 1;
  }
  get connected(): boolean {
    return this.#curl.running;
  }
  ended(timeoutMs: number): Promise<number> {
    return this.#curl.ended(timeoutMs);
  }
  /** Until so many more pictures came than there were. */
  async more(count: number, timeoutMs = 20_000): Promise<void> {
    const before = this.pictures;
    await eventually(() => this.pictures >= before + count, `${count} more pictures after ${before}`, timeoutMs);
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.#curl[Symbol.asyncDispose]();
  }
}
