/** Shows any H.264 frame of a reel: it decodes from the key frame before it, or goes on where it is when that is on the way. */
import { codecOf, hasWebCodecs, openDecoder } from "../live/h264.ts";
import type { Reel, ReelFrame } from "./reel.ts";

/** Decoded ahead, so that the next picture is ready when it is due. */
const aheadFrames = 4;
/** A decoder that reorders gives a picture when it has seen so many after it, at most (ITU-T H.264 A.3.1). */
const mostReordered = 16;
/** Running backwards, so many pictures before the one that is shown are kept from one pass. */
const keptBehind = 16;
/** Further ahead it is not worth decoding all that is between. */
const furthestAhead = 600;
const lateEveryMs = 30;
/** A picture that did not come out for so long, with nothing more to give to the decoder, is asked out of it. */
const patienceMs = 60;

export interface ReelScreen {
  /** Must not keep the picture: it is closed when the call returns. */
  draw(picture: VideoFrame, of: ReelFrame): void;
  fail(why: string): void;
  /** What was recorded may be damaged. */
  damaged(why: string): void;
  /** H.264 cannot be decoded here. */
  unsupported(): void;
}

export class ReelDecoder {
  readonly #screen: ReelScreen;
  #decoder: VideoDecoder | undefined;
  /** Given to the decoder and not come out, by the number that it hands through. */
  #given = new Map<number, ReelFrame>();
  #count = 0;
  /** The index of the frame that it gets next, and of the first that takes another decoder. */
  #next = 0;
  #limit = 0;
  #segment = 0;
  /** The index of the frame for which it was begun: those before are only on the way to it. */
  #begun = 0;
  #shownAtMs = 0;
  /** Come out and not shown, in the order of showing. */
  #ready = new Map<ReelFrame, VideoFrame>();
  #target: ReelFrame | undefined;
  #shown: ReelFrame | undefined;
  #backwards = false;
  /** The frame that is asked for did not come out, although the decoder has taken it. */
  #stuck = false;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(screen: ReelScreen) {
    this.#screen = screen;
  }

  /** @param backwards the frames before it will be wanted next */
  show(reel: Reel, frame: ReelFrame, backwards: boolean): void {
    if (frame !== this.#target) this.#cancelPatience();
    this.#target = frame;
    this.#backwards = backwards;
    if (frame !== this.#shown) {
      const ready = this.#ready.get(frame);
      if (ready) this.#present(frame, ready);
      else if (!this.#comes(frame)) this.#begin(reel, frame);
    }
    for (const [other, picture] of this.#ready) if (!this.#wanted(other)) this.#drop(other, picture);
    this.#feed(reel);
  }

  reset(): void {
    this.#cancelPatience();
    if (this.#decoder?.state === "configured") this.#decoder.close();
    this.#decoder = undefined;
    this.#given.clear();
    for (const [frame, picture] of this.#ready) this.#drop(frame, picture);
    this.#shown = this.#target = undefined;
  }

  #comes(frame: ReelFrame): boolean {
    if (!this.#decoder) return false;
    if ([...this.#given.values()].includes(frame)) return true;
    return frame.index >= this.#next && frame.index < Math.min(this.#limit, this.#next + furthestAhead);
  }

  #begin(reel: Reel, frame: ReelFrame): void {
    const shown = this.#shown;
    this.reset();
    this.#target = frame;
    this.#shown = shown;
    const key = reel.frame(reel.group(frame));
    if (!key?.key) {
      this.#screen.fail("The key frame that this picture needs is not in the log any more");
      return;
    }
    if (!hasWebCodecs) {
      this.#screen.unsupported();
      return;
    }
    const codec = codecOf(key.data) ?? "avc1.640028";
    this.#decoder = openDecoder(codec, this.#given, this.#screen, {
      isCurrent: (decoder) => decoder === this.#decoder,
      onFrame: (picture, of) => this.#decoded(of, picture),
      onError: () => this.reset(),
    });
    // It takes more, or has taken all and gives nothing.
    this.#decoder.ondequeue = () => this.#feed(reel);
    this.#next = key.index;
    this.#begun = frame.index;
    this.#segment = key.segment;
    this.#limit = Number.POSITIVE_INFINITY;
  }

  /** As far as is needed for the frame to come out, and a little further. */
  #feed(reel: Reel): void {
    const decoder = this.#decoder;
    const target = this.#target;
    if (decoder?.state !== "configured" || !target) return;
    const until = target.index + (this.#stuck ? mostReordered : aheadFrames);
    while (this.#next <= Math.min(until, this.#limit - 1)) {
      const frame = reel.frame(this.#next);
      if (!frame) break;
      // Another run may be another size or codec.
      if (frame.segment !== this.#segment) {
        this.#limit = frame.index;
        break;
      }
      this.#given.set(++this.#count, frame);
      this.#next++;
      decoder.decode(new EncodedVideoChunk({ type: frame.key ? "key" : "delta", timestamp: this.#count, data: frame.data }));
    }
    const held = target !== this.#shown && decoder.decodeQueueSize === 0 && this.#next > target.index;
    if (held) this.#patience ??= setTimeout(() => this.#letOut(reel), patienceMs);
  }

  /** First by more frames; where there are none or they do not help, the decoder is emptied, and begins anew with a key frame. */
  #letOut(reel: Reel): void {
    this.#patience = undefined;
    const decoder = this.#decoder;
    if (decoder?.state !== "configured" || this.#target === this.#shown) return;
    const next = this.#next;
    this.#stuck = true;
    this.#feed(reel);
    if (this.#next > next) return;
    this.#limit = this.#next;
    decoder.flush().catch(() => {}); // it was reset meanwhile
  }

  #decoded(frame: ReelFrame, picture: VideoFrame): void {
    if (frame === this.#target && frame !== this.#shown) {
      this.#present(frame, picture);
      return;
    }
    if (this.#isLate(frame)) {
      this.#present(frame, picture);
      return;
    }
    if (!this.#wanted(frame)) {
      picture.close();
      return;
    }
    this.#ready.set(frame, picture);
    if (!this.#backwards) return;
    for (const [oldest, its] of this.#ready) {
      if (this.#ready.size <= keptBehind) break;
      this.#drop(oldest, its);
    }
  }

  /** Running fast, the frame that is asked for is always further on than the decoder: then what comes is shown. */
  #isLate(frame: ReelFrame): boolean {
    const passed = !this.#backwards && frame.index > this.#begun && !this.#wanted(frame);
    return passed && performance.now() - this.#shownAtMs >= lateEveryMs;
  }

  /** It may be asked for soon. */
  #wanted(frame: ReelFrame): boolean {
    const target = this.#target;
    if (!target || frame.segment !== target.segment) return target !== undefined && frame.segment > target.segment !== this.#backwards;
    return this.#backwards ? frame.timestampMs < target.timestampMs : frame.timestampMs > target.timestampMs;
  }

  #present(frame: ReelFrame, picture: VideoFrame): void {
    this.#cancelPatience();
    this.#shown = frame;
    this.#shownAtMs = performance.now();
    this.#screen.draw(picture, frame);
    this.#drop(frame, picture);
  }

  #cancelPatience(): void {
    this.#stuck = false;
    clearTimeout(this.#patience);
    this.#patience = undefined;
  }

  #drop(frame: ReelFrame, picture: VideoFrame): void {
    this.#ready.delete(frame);
    picture.close();
  }
}
