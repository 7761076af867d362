/** What is on its way to a page: how many frames, since when, and when the page is too slow for them. Pure: the clock is passed in. */

/**
 * From sending a frame to the page's answer that it was painted. Beyond the quickest such time by this much, frames wait
 * somewhere: in the socket, in the page or in its decoder. Sending more would only make that queue longer.
 */
const mostQueuedMs = 250;
/** The quickest time is never taken to be more than this, or a page that was slow from its first frame would count as quick. */
const longestWayMs = 500;
/**
 * A stream whose frames had to wait for the page for this long is late, and goes on at a later key frame. In a long group of
 * pictures it may be late by this part of the group instead, as leaving out the rest of that loses more.
 */
const leastLateMs = 500;
const latePart = 0.25;
/** A viewer who begins in the middle of a group gets what came of it at once, and counts as late only after this. */
const catchUpMs = 4000;
/** After frames had to be left out for a page, it gets no time to catch up after standing still, for so long. */
const distrustMs = 10_000;

/** All tiles of a page together have no more on their way: fifty that begin at once would each bring a second of frames. */
const mostOfAPage = 96;
/** But each tile may have so many, or the first ones would leave nothing for the others. */
const leastOfATile = 2;

/** What is on its way to all tiles of a page. */
export interface PageFlight {
  unanswered: number;
}

export class Flight {
  readonly #page: PageFlight;
  /** Of the frames that were not answered yet, oldest first. */
  readonly #sentAtMs: number[] = [];
  /** So many may be on their way at once: halved by each frame that stood in a queue, one more after each that did not. */
  #window: number;
  #most: number;
  #quickestMs = longestWayMs;
  #behindSinceMs: number | undefined;
  /** Something could be sent again since then. */
  #resumed = false;
  #everCaughtUp = false;
  #distrustedUntilMs = 0;

  /** @param most so many may be on their way at once, to a page that is fast enough */
  constructor(most: number, page: PageFlight = { unanswered: 0 }) {
    this.#most = this.#window = most;
    this.#page = page;
  }

  set most(most: number) {
    if (most === this.#most) return;
    this.#most = this.#window = most;
  }

  sent(nowMs: number): void {
    this.#sentAtMs.push(nowMs);
    this.#page.unanswered++;
    if (this.#behindSinceMs === undefined || this.#resumed) return;
    this.#resumed = true;
    // A page that stood still for once catches up with what came meanwhile, and needs no new key frame for that.
    if (nowMs > this.#distrustedUntilMs) this.#behindSinceMs = nowMs;
  }

  /** Answers come in the order of the frames. */
  answered(nowMs: number): void {
    const sentAtMs = this.#sentAtMs.shift();
    if (sentAtMs === undefined) return;
    this.#page.unanswered--;
    const tookMs = nowMs - sentAtMs;
    this.#quickestMs = Math.min(this.#quickestMs, tookMs);
    this.#window = tookMs > this.#quickestMs + mostQueuedMs ? Math.max(1, this.#window >> 1) : Math.min(this.#most, this.#window + 1);
  }

  hasRoom(nowMs: number): boolean {
    const [oldestMs] = this.#sentAtMs;
    if (this.#sentAtMs.length >= leastOfATile && this.#page.unanswered >= mostOfAPage) return false;
    return this.#sentAtMs.length < this.#window && (oldestMs === undefined || nowMs - oldestMs < this.#quickestMs + mostQueuedMs);
  }

  /** The tile is gone: nothing of it will be answered. */
  end(): void {
    this.#page.unanswered -= this.#sentAtMs.length;
    this.#sentAtMs.length = 0;
  }

  /** There is something to send, and no room for it. */
  stop(nowMs: number): void {
    this.#behindSinceMs ??= nowMs;
  }

  /** All that there is was sent. */
  caughtUp(): void {
    this.#everCaughtUp = true;
    this.#behindSinceMs = undefined;
    this.#resumed = false;
  }

  /**
   * Whether to leave out the rest of the group of pictures.
   * @param gopMs how long such groups are
   */
  isLate(gopMs: number, nowMs: number): boolean {
    if (this.#behindSinceMs === undefined) return false;
    if (!this.#resumed && nowMs > this.#distrustedUntilMs) return false;
    const mostMs = this.#everCaughtUp ? Math.max(leastLateMs, gopMs * latePart) : catchUpMs;
    return nowMs - this.#behindSinceMs > mostMs;
  }

  /** The rest of the group was left out. */
  skipped(gopMs: number, nowMs: number): void {
    this.#everCaughtUp = true;
    this.#distrustedUntilMs = nowMs + Math.max(distrustMs, 2 * gopMs);
  }
}
