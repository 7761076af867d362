/** Notices that a topic was deleted while records go to it: librdkafka keeps them, and waits for it to come back. */

/** What became of the records so far. */
export interface Progress {
  delivered: number;
  failed: number;
  waiting: number;
}

const lookEveryMs = 1000;
/** A broker that has just started may not know all of its topics yet. */
const goneAfterMs = 3000;

export class TopicWatch {
  readonly #progress: () => Progress;
  readonly #isThere: () => Promise<boolean>;
  readonly #onGone: () => void | Promise<void>;
  readonly #timer = setInterval(() => void this.#look(), lookEveryMs);
  #last: Progress = { delivered: 0, failed: 0, waiting: 0 };
  #looking = false;
  #known = false;
  #missingSinceMs: number | undefined;

  /**
   * @param isThere is asked only while records wait or fail and none is delivered
   * @param onGone of a topic that was there; again and again, as long as it is not
   */
  constructor(progress: () => Progress, isThere: () => Promise<boolean>, onGone: () => void | Promise<void>) {
    this.#progress = progress;
    this.#isThere = isThere;
    this.#onGone = onGone;
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const now = this.#progress();
    const stands = now.delivered === this.#last.delivered && (now.waiting > 0 || now.failed > this.#last.failed);
    this.#last = now;
    // A broker that does not answer tells nothing of the topic.
    const there = !stands || (await this.#isThere().catch(() => true));
    this.#known ||= now.delivered > 0 || (stands && there);
    this.#missingSinceMs = there || !this.#known ? undefined : (this.#missingSinceMs ?? performance.now());
    if (this.#missingSinceMs !== undefined && performance.now() - this.#missingSinceMs >= goneAfterMs) {
      this.#missingSinceMs = undefined;
      await this.#onGone();
    }
    this.#looking = false;
  }
}
