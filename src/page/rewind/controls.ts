/** What the buttons and keys of a player do. */
import type { Spot } from "../../protocol/client-message.ts";
import type { PlayClock } from "./clock.ts";

export const rates = [0.25, 0.5, 1, 2, 4, 8, 16];

/** The part of a stream's view that is controlled. */
export interface Controlled {
  readonly shown: Spot | null;
  readonly rewinder: { step(by: 1 | -1): Promise<void> };
}

export class Controls {
  readonly clock: PlayClock;
  readonly #view: () => Controlled | null;
  readonly #receives: () => boolean;

  /**
   * @param view whose picture counts as the place when the live end is left
   * @param receives whether pictures come at the live end
   */
  constructor(clock: PlayClock, view: () => Controlled | null, receives: () => boolean) {
    this.clock = clock;
    this.#view = view;
    this.#receives = receives;
  }

  /** What is shown is live: the source is neither silent nor at its end. */
  get receives(): boolean {
    return this.clock.live && this.#receives();
  }

  /** The time that is shown. */
  get timeMs(): number {
    const { clock } = this;
    return clock.live ? (this.#view()?.shown?.timestampMs ?? Date.now()) : clock.timeMs;
  }

  toggle(): void {
    if (this.clock.playing) this.clock.pause(this.timeMs, performance.now());
    else this.clock.play(performance.now());
  }

  seek(timeMs: number): void {
    this.clock.seek(timeMs, performance.now());
  }

  jump(byMs: number): void {
    if (this.clock.live && byMs > 0) return;
    this.seek(this.timeMs + byMs);
  }

  step(by: 1 | -1): void {
    if (this.clock.live || this.clock.playing) {
      this.clock.pause(this.timeMs, performance.now());
      return;
    }
    void this.#view()?.rewinder.step(by);
  }

  setRate(rate: number): void {
    this.clock.setRate(rate, this.timeMs, performance.now());
  }

  /** To the next speed, up or down, in the direction in which it runs. */
  faster(by: 1 | -1): void {
    const { rate } = this.clock;
    const at = rates.indexOf(Math.abs(rate)) + by;
    const next = rates[Math.max(0, Math.min(rates.length - 1, at))] ?? 1;
    this.setRate(Math.sign(rate) * next);
  }

  reverse(): void {
    this.setRate(-this.clock.rate);
  }

  goLive(): void {
    this.clock.goLive();
  }
}
