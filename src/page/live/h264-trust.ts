/** Whether a stream is taken as H.264: one that the decoder fails on again and again is shown by the server's JPEG. Pure: the clock is passed in. */
import { type Cell, cell } from "../parts/cell.ts";

/** Once may be a bad moment of a camera's network; the decoder begins anew at the next key frame. */
const mostFailures = 2;
const countedForMs = 60_000;
/** Decoding costs the server: the browser tries again after a while. */
const distrustedForMs = 300_000;

export class H264Trust {
  readonly trusted: Cell<boolean> = cell(true);
  #failedAtMs: number[] = [];
  #distrustedAtMs = 0;

  failed(nowMs: number): void {
    this.#failedAtMs = [...this.#failedAtMs.filter((atMs) => nowMs - atMs < countedForMs), nowMs];
    if (this.#failedAtMs.length < mostFailures || !this.trusted.get()) return;
    this.#failedAtMs = [];
    this.#distrustedAtMs = nowMs;
    this.trusted.set(false);
  }

  /** To be called now and then. */
  look(nowMs: number): void {
    if (!this.trusted.get() && nowMs - this.#distrustedAtMs > distrustedForMs) this.trusted.set(true);
  }
}
