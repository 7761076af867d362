/** A stream's pictures into pixels of the size that is wanted now: by one ffmpeg, and another where that size changes. */

import type { Box, Raster } from "../../terminal/graphics/raster.ts";
import { failure } from "../../video/ffmpeg/ffmpeg-child.ts";
import { openRasterDecoder } from "../../video/ffmpeg/raster-decoder.ts";
import type { UnitDecoder } from "../../video/ffmpeg/unit-decoder.ts";
import { type RecordedFrame, shownSize } from "../../video/frame.ts";

/** A picture that is on its way to the screen. */
export interface Due {
  recorded: RecordedFrame;
  /** By the player's clock. */
  dueMs: number;
}

export interface Decoded extends Due {
  raster: Raster;
  box: Box;
}

interface Kept extends Due {
  timeUs: number;
}

export interface DecodingOptions {
  /** Path of the program. */
  ffmpeg: string;
  /** Where a picture of that size goes, now. */
  box(size: { width: number; height: number }): Box;
  /** Takes each picture, in the order in which they are shown; until it resolves the next one waits. */
  take(decoded: Decoded): Promise<void>;
}

/** Room for pictures that are shown before the key frame that they follow. */
const beginUs = 10_000_000;
/** What is kept to be decoded once more at another size; beyond that the next key frame is waited for. */
const keptBytes = 32 << 20;
/** An ffmpeg that ends by itself is started again, but not for ever. */
const mostFailures = 3;

interface Running {
  decoder: UnitDecoder;
  box: Box;
  first: RecordedFrame;
  /** Written and not come out yet. */
  pending: Map<number, Due>;
  taken: Promise<void>;
}

export class Decoding {
  /** Pictures that build on others which never came. */
  leftOut = 0;
  /** Given to ffmpeg, and not come out of it. */
  lost = 0;
  readonly #options: DecodingOptions;
  #running: Running | undefined;
  /** From the key frame of the picture that is shown on. */
  #kept: Kept[] = [];
  #keptBytes = 0;
  #lastUs = 0;
  #shownUs = 0;
  #failures = 0;
  #begun = false;
  #closed = false;

  constructor(options: DecodingOptions) {
    this.#options = options;
  }

  /** Resolves when ffmpeg has room for more. @throws KtError where it ends again and again */
  async add(due: Due): Promise<void> {
    const { frame } = due.recorded;
    if (this.#running && !this.#continues(this.#running, due.recorded)) await this.finish();
    if (!this.#running && !frame.key) {
      if (!this.#begun) this.leftOut++;
      return;
    }
    this.#begun = true;
    if (!this.#running) this.#forget();
    const kept = { ...due, timeUs: this.#timeUs(due.recorded) };
    this.#keep(kept);
    this.#running ??= this.#start(due.recorded);
    await this.#write(this.#running, kept);
  }

  /** Where pictures go has changed: what was on its way comes once more, from the one that is shown on. */
  async restart(): Promise<void> {
    const [first] = this.#kept;
    this.kill();
    if (!first?.recorded.frame.key || this.#closed) return;
    const running = this.#start(first.recorded, this.#shownUs);
    this.#running = running;
    for (const kept of [...this.#kept]) if (this.#running === running) await this.#write(running, kept);
  }

  /** Resolves when all that was added has been taken. */
  async finish(): Promise<void> {
    const running = this.#running;
    running?.decoder.finish();
    await running?.taken;
    if (this.#running === running) this.#running = undefined;
  }

  /** What was not taken will not come. */
  kill(): void {
    const running = this.#running;
    this.#running = undefined;
    running?.decoder.kill();
  }

  close(): void {
    this.#closed = true;
    this.kill();
  }

  async #write(running: Running, { timeUs, ...due }: Kept): Promise<void> {
    if (timeUs >= this.#shownUs) running.pending.set(timeUs, due);
    try {
      await running.decoder.write(due.recorded.frame.data, timeUs);
    } catch (error) {
      if (this.#running !== running || this.#closed) return;
      this.#running = undefined;
      const end = await running.decoder.ended;
      if (++this.#failures >= mostFailures) throw end.died ? failure(end) : error;
    }
  }

  #start(first: RecordedFrame, fromUs?: number): Running {
    const box = this.#options.box(shownSize(first.frame));
    const decoder = openRasterDecoder(this.#options.ffmpeg, first.frame.type, box, fromUs);
    const pending = new Map<number, Due>();
    const running: Running = { decoder, box, first: { ...first, frame: { ...first.frame, data: new Uint8Array() } }, pending, taken: Promise.resolve() };
    running.taken = this.#take(running).catch(() => decoder.kill());
    return running;
  }

  async #take(running: Running): Promise<void> {
    const { decoder, box, pending } = running;
    for await (const { timeUs, data } of decoder.pictures()) {
      const due = pending.get(timeUs);
      if (!due || this.#running !== running) continue;
      pending.delete(timeUs);
      // What is shown earlier and did not come out was damaged.
      for (const earlier of pending.keys()) if (earlier < timeUs && pending.delete(earlier)) this.lost++;
      this.#failures = 0;
      await this.#options.take({ ...due, raster: { width: box.width, height: box.height, rgb: data }, box });
      this.#shown(timeUs);
    }
    if (this.#running === running || this.#running === undefined) this.lost += pending.size;
  }

  #continues({ first }: Running, { frame, run }: RecordedFrame): boolean {
    if (frame.type !== first.frame.type) return false;
    if (!frame.key) return true;
    const sameSize = frame.width === first.frame.width && frame.height === first.frame.height;
    return sameSize && (frame.type !== "video/h264" || (run === first.run && this.#h264TimeUs(frame.ptsUs) > this.#lastUs));
  }

  /** The first picture's presentation time, of H.264. */
  #beginPtsUs = 0;
  #h264TimeUs = (ptsUs: number) => Math.max(0, beginUs + Math.round(ptsUs) - this.#beginPtsUs);

  /** No two are the same: of what needs no order, the number of the picture does. */
  #timeUs({ frame, timed }: RecordedFrame): number {
    if (!this.#running) {
      this.#beginPtsUs = Math.round(frame.ptsUs);
      this.#lastUs = this.#shownUs = 0;
    }
    let timeUs = frame.type === "video/h264" && timed ? this.#h264TimeUs(frame.ptsUs) : Math.max(beginUs, this.#lastUs + 1000);
    while (this.#running?.pending.has(timeUs)) timeUs++;
    if (frame.key || !timed) this.#lastUs = timeUs;
    return timeUs;
  }

  #keep(kept: Kept): void {
    const data = Uint8Array.prototype.slice.call(kept.recorded.frame.data);
    kept.recorded = { ...kept.recorded, frame: { ...kept.recorded.frame, data } };
    this.#kept.push(kept);
    this.#keptBytes += data.length;
    if (this.#keptBytes > keptBytes) this.#forget();
  }

  #forget(): void {
    this.#kept = [];
    this.#keptBytes = 0;
  }

  /** What is before the key frame of the picture that is shown is not needed any more. */
  #shown(timeUs: number): void {
    this.#shownUs = timeUs;
    const begin = this.#kept.findLastIndex((kept) => kept.recorded.frame.key && kept.timeUs <= timeUs);
    for (const { recorded } of begin > 0 ? this.#kept.splice(0, begin) : []) this.#keptBytes -= recorded.frame.data.length;
  }
}
