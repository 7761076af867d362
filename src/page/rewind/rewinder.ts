/** Shows one stream where a clock is in the log: it fetches what is needed around that place, and shows each picture when it is due. */
import type { Gap } from "../../protocol/server-message.ts";
import type { Connection, Piece } from "../connection.ts";
import { decodesH264, hasWebCodecs } from "../live/h264.ts";
import type { H264Trust } from "../live/h264-trust.ts";
import type { Size } from "../live/picture.ts";
import type { Screen } from "../live/screen.ts";
import { StillPainter } from "../live/still.ts";
import { clockMs, measurePaint } from "../measure.ts";
import { cell } from "../parts/cell.ts";
import type { Follower, PlayClock } from "./clock.ts";
import { landing, type PieceAt, PieceQuestion, wantedSpacing } from "./piece-question.ts";
import { Reel, type ReelFrame } from "./reel.ts";
import { ReelDecoder } from "./reel-decoder.ts";

/** So much is fetched ahead, as it is shown. */
const aheadMs = 1500;
const leastAhead = 40;
/** At the end of the log it is asked for more so often, and after a failure. */
const againMs = 300;
/** Further behind the clock than this, as it is shown, what lies between is left out. */
const furthestBehindMs = 3000;
/** A jump that takes longer is given up for a later one: until then each place is shown that there is time for. */
const patienceMs = 1000;

export class Rewinder implements Follower {
  /** The frame on the screen, or about to be. */
  readonly current = cell<ReelFrame | null>(null);
  /** Why nothing is shown. */
  readonly trouble = cell<string | null>(null);
  /** Nothing was recorded at the time that the clock shows. */
  readonly gap = cell<Gap | null>(null);
  /** Called in the task that paints it. */
  onPainted: (frame: ReelFrame, size: Size) => void = () => {};
  readonly #question: PieceQuestion;
  readonly #topic: string;
  readonly #key: string;
  readonly #clock: PlayClock;
  readonly #trust: H264Trust;
  readonly #reel = new Reel();
  readonly #decoder: ReelDecoder;
  readonly #stills: StillPainter;
  #painted: ReelFrame | undefined;
  #seeks = -1;
  #seeking = false;
  #retryAtMs = 0;
  #h264 = hasWebCodecs && decodesH264.get();
  #spacingMs = 0;
  #animation = 0;
  #stepping = Promise.resolve();
  #landedMs: number | null | undefined;
  /** The clock's time when what lay between was left out last. */
  #leftOutMs = Number.NaN;

  constructor(connection: Connection, topic: string, key: string, screen: Screen, clock: PlayClock, trust: H264Trust) {
    this.#question = new PieceQuestion(connection);
    this.#topic = topic;
    this.#key = key;
    this.#clock = clock;
    this.#trust = trust;
    const fail = (why: string) => this.trouble.set(why);
    this.#stills = new StillPainter(screen, fail);
    this.#decoder = new ReelDecoder({
      draw: (picture, of) => {
        screen.draw(picture, picture.displayWidth, picture.displayHeight);
        this.#measure(of, { width: picture.displayWidth, height: picture.displayHeight });
      },
      fail,
      damaged: (why) => {
        fail(why);
        trust.failed(clockMs());
        if (!trust.trusted.get()) this.#asJpeg();
      },
      unsupported: () => this.#asJpeg(),
    });
  }

  get nextMs(): number | null | undefined {
    // What is on the screen is of another place until the pictures of this one came.
    if (this.#seeking || this.#seeks !== this.#clock.seeks) return undefined;
    const current = this.current.get();
    // Answered, and nothing is there.
    if (!current) return null;
    const by = this.#clock.rate < 0 ? -1 : 1;
    const next = this.#reel.beside(current, by);
    if (next) return next.timestampMs;
    // The last picture is to be seen before something else is shown in its place.
    const seen = this.#painted === current || this.trouble.get() !== null;
    return seen && (by > 0 ? this.#reel.atEnd : this.#reel.atStart) ? null : undefined;
  }

  get waiting(): boolean {
    return this.nextMs === undefined && this.trouble.get() === null;
  }

  get landedMs(): number | null | undefined {
    if (this.#seeks === this.#clock.seeks && !this.#seeking) return this.#landedMs;
    return this.trouble.get() === null ? undefined : Number.POSITIVE_INFINITY;
  }

  /** What it has of the log. */
  get reel(): Reel {
    return this.#reel;
  }

  /** The bytes of the picture on the screen, where it stands alone. */
  get still(): { data: Uint8Array<ArrayBuffer>; type: string } | undefined {
    const current = this.current.get();
    return current && current.type !== "video/h264" ? current : undefined;
  }

  start(): void {
    this.#seeks = -1;
    this.#h264 = hasWebCodecs && decodesH264.get() && this.#trust.trusted.get();
    this.#clock.followers.add(this);
    const tick = () => {
      this.#animation = requestAnimationFrame(tick);
      this.#tick();
    };
    tick();
  }

  stop(): void {
    cancelAnimationFrame(this.#animation);
    this.#clock.followers.delete(this);
    this.#question.withdraw();
    this.#seeking = false;
    this.#reel.clear();
    this.#decoder.reset();
    this.#stills.reset();
    this.current.set(null);
    this.trouble.set(null);
    this.gap.set(null);
  }

  /** The server decodes from here on, all pictures of the reel. */
  #asJpeg(): void {
    this.#h264 = false;
    this.#seeks = -1;
  }

  sharpen(): void {
    this.#stills.sharpen();
  }

  /** One picture on, or back; the clock is moved with it. */
  step(by: 1 | -1): Promise<void> {
    // One after the other, however fast the key is pressed.
    this.#stepping = this.#stepping.then(() => this.#step(by));
    return this.#stepping;
  }

  async #step(by: 1 | -1): Promise<void> {
    const current = this.current.get();
    if (!current) return;
    // Out of a gap, the picture before it is the one that stands there already.
    if (by < 0 && this.gap.get() && current.timestampMs < this.#clock.timeMs) {
      this.#clock.place(current.timestampMs);
      return;
    }
    if (!this.#reel.beside(current, by)) await this.#fetch(by);
    const next = this.#reel.beside(current, by);
    if (!next || this.current.get() !== current) return;
    this.#clock.place(next.timestampMs);
    this.#show(next);
  }

  #tick(): void {
    const nowMs = performance.now();
    const timeMs = this.#clock.tick(nowMs);
    const spacingMs = this.#wantedSpacing();
    if (this.#clock.seeks !== this.#seeks || spacingMs !== this.#spacingMs) {
      // While the pointer is dragged each place is shown that there is time for.
      if (!this.#seeking || !this.#question.open || nowMs - this.#question.askedAtMs > patienceMs) void this.#seek(timeMs, spacingMs);
      return;
    }
    const current = this.current.get();
    if (!current || this.#seeking) {
      if (nowMs >= this.#retryAtMs && !this.#question.open) void this.#seek(timeMs, spacingMs);
      return;
    }
    if (this.#isFarBehind(timeMs)) {
      this.#leftOutMs = timeMs;
      void this.#seek(timeMs, spacingMs);
      return;
    }
    const by = this.#clock.rate < 0 ? -1 : 1;
    let due = current;
    if (this.#clock.playing)
      for (let next = this.#reel.beside(due, by); next && this.#isDue(next, due, timeMs, by); next = this.#reel.beside(due, by)) due = next;
    this.#show(due);
    this.#look(timeMs, due);
    const count = this.#reel.countBeside(due, by);
    const aheadOf = by > 0 ? this.#reel.last : this.#reel.first;
    const short = count < leastAhead || Math.abs((aheadOf?.timestampMs ?? 0) - due.timestampMs) < aheadMs * Math.abs(this.#clock.rate);
    const settled = by > 0 ? this.#reel.atEnd : this.#reel.atStart;
    if (short && !this.#question.open && (!settled || (by > 0 && nowMs >= this.#retryAtMs))) void this.#fetch(by);
    // How far apart its pictures are tells whether there is a gap after the last of them.
    else if (by > 0 && this.#reel.atEnd && !this.#question.open && !this.#reel.beside(due, -1) && !this.#reel.atStart) void this.#fetch(-1);
  }

  /** The clock was set on by others, beyond all that is here: going there picture by picture would take as long as it was. */
  #isFarBehind(timeMs: number): boolean {
    const { rate } = this.#clock;
    const edge = rate > 0 ? this.#reel.last : this.#reel.first;
    const settled = rate > 0 ? this.#reel.atEnd : this.#reel.atStart;
    if (!edge || settled || Math.abs(timeMs - this.#leftOutMs) < furthestBehindMs) return false;
    return (timeMs - edge.timestampMs) / rate > furthestBehindMs;
  }

  #look(timeMs: number, shown: ReelFrame): void {
    const gap = this.#reel.gapAt(timeMs, shown, Date.now());
    const known = this.gap.get();
    if (gap?.fromMs !== known?.fromMs || gap?.toMs !== known?.toMs) this.gap.set(gap);
  }

  #isDue(next: ReelFrame, before: ReelFrame, timeMs: number, by: 1 | -1): boolean {
    if (next.segment === before.segment) return by > 0 ? next.timestampMs <= timeMs : next.timestampMs >= timeMs;
    // Another run's times may overlap this one's: it is due when the clock has been set to it, or has passed it. Of
    // several streams none sets the clock, and so a run whose beginning was passed over is due as well.
    const alone = this.#clock.followers.size === 1;
    return by > 0 ? next.timestampMs <= timeMs && (!alone || timeMs - next.timestampMs < 1000) : next.timestampMs >= timeMs;
  }

  #show(frame: ReelFrame): void {
    const changed = frame !== this.current.get();
    if (changed) this.current.set(frame);
    if (frame.type === "video/h264") this.#decoder.show(this.#reel, frame, this.#clock.rate < 0);
    else if (changed) this.#stills.show({ data: frame.data, type: frame.type, shown: (size) => this.#measure(frame, size), done: () => {} });
  }

  #measure(frame: ReelFrame, size: Size): void {
    const { offset, timestampMs } = frame;
    this.#painted = frame;
    this.trouble.set(null);
    measurePaint({ topic: this.#topic, key: this.#key, offset, timestampMs, paintedAtMs: clockMs() });
    this.onPainted(frame, size);
  }

  #wantedSpacing(): number {
    return wantedSpacing(this.#reel, this.current.get(), Math.abs(this.#clock.rate), this.#spacingMs);
  }

  async #seek(timeMs: number, spacingMs: number): Promise<void> {
    this.#seeks = this.#clock.seeks;
    this.#spacingMs = spacingMs;
    this.#seeking = true;
    this.#landedMs = undefined;
    const piece = await this.#ask({ timeMs });
    if (!piece) return;
    this.#seeking = false;
    this.trouble.set(null);
    this.#reel.clear();
    this.#reel.append(piece);
    this.#reel.atStart = piece.first;
    const frame = this.#reel.at(timeMs);
    this.#landedMs = landing(piece, frame, timeMs);
    if (frame) {
      // The frames of another reel are numbered otherwise.
      this.#decoder.reset();
      this.current.set(null);
      this.#show(frame);
    } else {
      this.current.set(null);
      this.#retryAtMs = performance.now() + againMs;
    }
  }

  async #fetch(by: 1 | -1): Promise<void> {
    const edge = by > 0 ? this.#reel.last : this.#reel.first;
    if (!edge) return;
    const piece = await this.#ask(by > 0 ? { after: edge } : { before: edge });
    if (!piece || (by > 0 ? this.#reel.last : this.#reel.first) !== edge) return;
    if (by > 0) this.#reel.append(piece);
    else this.#reel.prepend(piece);
    if (by > 0 && piece.last) this.#retryAtMs = performance.now() + againMs;
    const current = this.current.get();
    if (current) this.#reel.trim(current);
  }

  /** undefined where something else was asked for meanwhile. */
  async #ask(at: PieceAt): Promise<Piece | undefined> {
    const answer = await this.#question.ask({ topic: this.#topic, key: this.#key, h264: this.#h264, at, spacingMs: this.#spacingMs });
    if (answer === undefined || "piece" in answer) return answer?.piece;
    // While what is here is shown, more of it can come later.
    if ("timeMs" in at || !this.current.get()) this.trouble.set(answer.why);
    this.#retryAtMs = performance.now() + againMs;
    return undefined;
  }
}
