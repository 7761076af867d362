/** Which time of the log is shown: the live end, a time that runs at some speed, or one that stands. Pure: the time of day is passed in. */
import { type Cell, cell } from "../parts/cell.ts";

/** Somebody who shows what the clock says, and may not be ready for it. */
export interface Follower {
  /** The time of the next picture in the clock's direction; null at the end of the log, undefined while it is not known. */
  readonly nextMs: number | null | undefined;
  /** It waits for pictures: the clock stands meanwhile. */
  readonly waiting: boolean;
  /**
   * What it found at the time that was jumped to. null: the log holds that time. A number: the time is before or after all
   * that the log holds, and this is the nearest one; Infinity where it holds nothing. undefined while it is not known.
   */
  readonly landedMs: number | null | undefined;
}

/** A pause in the pictures of all followers that is longer than this, as it is shown, is skipped. */
const longestPauseMs = 1000;
/** At the end of the log, so long nothing more comes before the live end is shown instead. */
const endPatienceMs = 600;

export class PlayClock {
  /** Counts changes that its followers and the controls have to know of, other than the passing of time. */
  readonly changes: Cell<number> = cell(0);
  readonly followers = new Set<Follower>();
  #live = true;
  #playing = true;
  #rate = 1;
  #timeMs = 0;
  #readAtMs = 0;
  #seeks = 0;
  #endedAtMs: number | null = null;
  /** It was set to a time, and not all followers have said what is there. */
  #landing = false;

  get live(): boolean {
    return this.#live;
  }
  get playing(): boolean {
    return this.#playing;
  }
  /** Seconds of the log a second; below 0 it runs backwards. */
  get rate(): number {
    return this.#rate;
  }
  /** Which jump was the last: a follower that has seen another begins anew. */
  get seeks(): number {
    return this.#seeks;
  }
  /** The time of the log at the last tick. */
  get timeMs(): number {
    return this.#timeMs;
  }

  /** Moves on, as far as all followers are ready. @returns the time of the log */
  tick(nowMs: number): number {
    const passedMs = Math.min(250, Math.max(0, nowMs - this.#readAtMs));
    this.#readAtMs = nowMs;
    if (this.#live) return this.#timeMs;
    const followers = [...this.followers];
    if (this.#landing) this.#land(followers);
    if (!this.#playing) return this.#timeMs;
    if (followers.some(({ waiting }) => waiting)) return this.#timeMs;
    this.#timeMs += passedMs * this.#rate;
    this.#skip(followers, nowMs);
    return this.#timeMs;
  }

  seek(timeMs: number, nowMs: number): void {
    this.#live = false;
    this.#timeMs = timeMs;
    this.#readAtMs = nowMs;
    this.#endedAtMs = null;
    this.#landing = true;
    this.#seeks++;
    this.#tell();
  }

  /** To the time of a picture that is shown already. */
  place(timeMs: number): void {
    this.#timeMs = timeMs;
    this.#landing = false;
  }

  /** @param timeMs of the picture that is shown, where the live end was */
  pause(timeMs: number, nowMs: number): void {
    this.#playing = false;
    if (this.#live) this.seek(timeMs, nowMs);
    else this.#tell();
  }

  play(nowMs: number): void {
    this.#playing = true;
    this.#readAtMs = nowMs;
    this.#endedAtMs = null;
    this.#tell();
  }

  /** @param timeMs of the picture that is shown, where the live end was */
  setRate(rate: number, timeMs: number, nowMs: number): void {
    if (rate === this.#rate) return;
    // The live end comes no faster; slower or backwards is a way into the past.
    if (this.#live && rate >= 1) return;
    this.#rate = rate;
    this.#playing = true;
    if (this.#live) this.seek(timeMs, nowMs);
    else this.#tell();
  }

  goLive(): void {
    this.#live = true;
    this.#playing = true;
    this.#rate = 1;
    this.#endedAtMs = null;
    this.#tell();
  }

  /** Takes the place and pace of another. */
  follow(other: PlayClock, nowMs: number): void {
    this.#playing = other.playing;
    this.#rate = other.rate;
    if (other.live) this.goLive();
    else this.seek(other.timeMs, nowMs);
  }

  /** Beyond what the log holds of any of them there is nothing to wait for: the nearest time is shown. No follower decides that alone. */
  #land(followers: Follower[]): void {
    const landed = followers.map(({ landedMs }) => landedMs);
    if (landed.length === 0 || landed.includes(undefined)) return;
    this.#landing = false;
    if (landed.includes(null)) return;
    const asked = this.#timeMs;
    const nearest = landed.reduce<number>((best, at) => (Math.abs((at as number) - asked) < Math.abs(best - asked) ? (at as number) : best), Infinity);
    if (Number.isFinite(nearest)) this.#timeMs = nearest;
  }

  #skip(followers: Follower[], nowMs: number): void {
    const nexts = followers.map(({ nextMs }) => nextMs);
    if (nexts.length === 0 || nexts.includes(undefined)) return;
    const known = nexts.filter((next) => typeof next === "number");
    if (known.length === 0) {
      this.#end(nowMs);
      return;
    }
    this.#endedAtMs = null;
    const forward = this.#rate > 0;
    const next = forward ? Math.min(...known) : Math.max(...known);
    const pauseMs = (next - this.#timeMs) / this.#rate;
    // A run may begin, by its pictures' times, before the last one ended; of several streams, none turns the clock back.
    const back = pauseMs < -longestPauseMs && followers.length === 1;
    if (pauseMs > longestPauseMs || back) this.#timeMs = next;
  }

  #end(nowMs: number): void {
    this.#endedAtMs ??= nowMs;
    if (nowMs - this.#endedAtMs < endPatienceMs) return;
    if (this.#rate > 0) this.goLive();
    else {
      this.#playing = false;
      this.#rate = 1;
      this.#tell();
    }
  }

  #tell(): void {
    this.changes.set(this.changes.get() + 1);
  }
}
