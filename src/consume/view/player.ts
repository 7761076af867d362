/** Pictures on the screen when they are due: what comes too late for it is left out, and counted. */
import type { RecordedFrame } from "../../video/frame.ts";
import { type Decoded, Decoding } from "./decoding.ts";
import { FrameClock } from "./frame-clock.ts";
import { forgiven, LateRule } from "./late-rule.ts";
import type { Screen } from "./screen.ts";
import { statusLine } from "./status-line.ts";

/** Pictures are decoded so long before they are due, */
const aheadMs = 500;
/** and so many at most wait for it. */
const mostReady = 4;
/** The status is written anew so often where no picture does it. */
const statusMs = 1000;
const mostEndMs = 300;
/** A rate is that of the last second. */
const rateMs = 1000;

export interface PlayerOptions {
  ffmpeg: string;
  screen: Screen;
  /** Each picture is shown when it comes, instead of by its own time. */
  live: boolean;
  /** The end, asked for by a key or a signal. */
  over: AbortSignal;
  others: () => number;
}

export class Player {
  /** Left out as they came too late, or could not be decoded. */
  get dropped(): number {
    return this.#late + this.#decoding.lost;
  }
  get leftOut(): number {
    return this.#decoding.leftOut;
  }
  shown = 0;
  #late = 0;
  readonly #options: PlayerOptions;
  readonly #clock = new FrameClock(() => performance.now());
  readonly #rule = new LateRule();
  readonly #decoding: Decoding;
  #ready: Decoded[] = [];
  #finished = false;
  #changed = Promise.withResolvers<void>();
  /** The pictures at another size are on their way. */
  #restarting: Promise<void> = Promise.resolve();
  /** A picture is shown although time stands still; the status although no picture comes. */
  #owed = false;
  #statusOwed = false;
  #closed = false;
  #last: RecordedFrame | undefined;
  #told = "";
  readonly #shownAtMs: number[] = [];
  readonly #showing: Promise<void>;
  readonly #ending: Promise<void>;
  #failure: unknown;
  #idleSinceMs: number | undefined;
  #behindMs = Number.POSITIVE_INFINITY;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#decoding = new Decoding({ ffmpeg: options.ffmpeg, box: (size) => options.screen.box(size), take: (decoded) => this.#take(decoded) });
    this.#ending = new Promise((resolve) => options.over.addEventListener("abort", () => resolve(), { once: true }));
    void this.#ending.then(() => this.#wake());
    this.#showing = this.#showAll().catch((error) => this.#fail(error));
  }

  get #over(): boolean {
    return this.#closed || this.#options.over.aborted || this.#failure !== undefined;
  }

  /** Resolves when the last of them is being decoded, shortly before it is due. @throws KtError; PipeClosed */
  async play(frames: readonly RecordedFrame[]): Promise<void> {
    const { live } = this.#options;
    const idleMs = this.#idleSinceMs === undefined ? 0 : performance.now() - this.#idleSinceMs;
    const newest = live ? frames.findLastIndex(({ frame }) => frame.key) : 0;
    this.#late += Math.max(0, newest);
    for (const [index, recorded] of frames.slice(Math.max(0, newest)).entries()) {
      const { frame, timed, timestampMs, run } = recorded;
      const dueMs = live ? this.#clock.now() : this.#clock.due({ run, mediaMs: timed ? frame.ptsUs / 1000 : timestampMs });
      if (index === 0 && !live) this.#clock.hold(forgiven({ lateMs: this.#clock.now() - dueMs, idleMs, behindMs: this.#behindMs }));
      await this.#reached(dueMs - aheadMs);
      if (this.#over) break;
      if (this.#rule.leavesOut(frame, this.#clock.now() - dueMs, performance.now())) this.#late++;
      else await this.#decoding.add({ recorded, dueMs });
    }
    this.#idleSinceMs = performance.now();
    const newestMs = frames.at(-1)?.timestampMs ?? -1;
    if (newestMs >= 0) this.#behindMs = Date.now() - newestMs;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resolves when the last picture was shown. */
  async finish(): Promise<void> {
    for (let seen: Promise<void> | undefined; seen !== this.#restarting && !this.#over; ) {
      seen = this.#restarting;
      await seen;
      await Promise.race([this.#decoding.finish(), this.#ending]);
    }
    this.#finished = true;
    this.#wake();
    // A terminal that takes nothing is not waited for, where the end is asked for.
    await Promise.race([this.#showing, this.#ending.then(() => Bun.sleep(mostEndMs))]);
    this.close();
    if (this.#failure !== undefined) throw this.#failure;
  }

  close(): void {
    this.#closed = true;
    this.#decoding.close();
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }

  togglePause(): void {
    if (this.#clock.stopped) this.#clock.goOn();
    else this.#clock.stop();
    this.#statusOwed = true;
    this.#wake();
  }

  /** kt is stopped as a whole (Ctrl-Z), and no time goes by for its pictures. @returns what goes on, unless it was paused before */
  suspended(): () => void {
    if (this.#clock.stopped) return () => {};
    this.#clock.stop();
    return () => this.#clock.goOn();
  }

  /** The window has another size. */
  resized(): void {
    // A write that waits for ffmpeg would wait for pictures of the old size to be shown.
    this.#decoding.kill();
    this.#ready = [];
    this.#owed = true;
    this.#restarting = this.#decoding.restart().catch((error) => this.#fail(error));
    this.#wake();
  }

  /** A sentence beside the picture. */
  tell(sentence: string): void {
    this.#told = sentence;
    this.#statusOwed = true;
    this.#wake();
  }

  async #reached(timeMs: number): Promise<void> {
    while (!this.#over) {
      await Promise.race([this.#restarting, this.#ending]);
      const leftMs = timeMs - this.#clock.now();
      if (leftMs <= 0 && !this.#clock.stopped) return;
      await this.#rest(leftMs);
    }
  }

  async #take(decoded: Decoded): Promise<void> {
    const size = this.#restarting;
    while (this.#ready.length >= mostReady && !this.#over) await this.#changed.promise;
    if (size === this.#restarting) this.#ready.push(decoded);
    this.#wake();
  }

  async #showAll(): Promise<void> {
    while (!this.#over) {
      const now = this.#clock.now();
      // A picture that another one has overtaken is not shown any more.
      while (this.#ready.length > 1 && (this.#ready[1] as Decoded).dueMs <= now) {
        this.#ready.shift();
        this.#late++;
        this.#wake();
      }
      const [head] = this.#ready;
      if (!head && this.#finished) return;
      if (head && (this.#owed || (!this.#clock.stopped && head.dueMs <= now))) {
        this.#ready.shift();
        this.#wake();
        await this.#show(head);
        continue;
      }
      if (!this.#statusOwed && (await this.#rest(head ? head.dueMs - now : statusMs))) continue;
      if ((this.#statusOwed || !head) && this.#last) await this.#options.screen.tell(this.#status(this.#last));
      this.#statusOwed = false;
    }
  }

  async #show({ raster, box, recorded, dueMs }: Decoded): Promise<void> {
    this.#owed = false;
    // Until the first one was decoded nothing could be shown in time.
    if (this.shown === 0) this.#clock.hold(Math.max(0, this.#clock.now() - dueMs));
    this.shown++;
    this.#last = { ...recorded, frame: { ...recorded.frame, data: new Uint8Array() } };
    this.#shownAtMs.push(performance.now());
    await this.#options.screen.show(raster, box, this.#status(this.#last));
  }

  #status({ name, timestampMs }: RecordedFrame): string {
    const { screen, others } = this.#options;
    while (this.#shownAtMs.length > 0 && (this.#shownAtMs[0] as number) < performance.now() - rateMs) this.#shownAtMs.shift();
    const { dropped } = this;
    const status = { stream: name, timestampMs, fps: this.#shownAtMs.length, dropped, stopped: this.#clock.stopped, others: others(), told: this.#told };
    return statusLine(status, screen.columns);
  }

  /** True where something happened before the time was over. */
  #rest(ms: number): Promise<boolean> {
    const changed = this.#changed.promise.then(() => true);
    if (this.#clock.stopped) return changed;
    return Promise.race([changed, Bun.sleep(Math.max(1, Math.min(ms, statusMs))).then(() => false)]);
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
