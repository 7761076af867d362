/** H.264 by WebCodecs: access units in Annex B, so that the decoder needs no description. */
import { type FrameHead, frameFlags } from "../../protocol/frame-head.ts";
import { cell } from "../parts/cell.ts";
import type { Size } from "./picture.ts";
import { Quiet } from "./starvation.ts";

/** The log is shown with it only: a video element shows what comes, and not any picture. */
export const hasWebCodecs = typeof VideoDecoder !== "undefined";

/** False where the server has to send JPEG: some browsers have neither WebCodecs, which is there over https and on localhost only, nor MediaSource, or lack H.264. */
export const decodesH264 = cell(hasWebCodecs || typeof MediaSource !== "undefined");

/** A picture on the way to newer ones is shown where none of them came out of the decoder for so long. */
const patienceMs = 200;

export interface LiveScreen {
  /** Must not keep the picture: it is gone when the call returns. */
  show(picture: VideoFrame | HTMLVideoElement, size: Size, head: FrameHead): void;
  /** A picture was decoded and is not shown, as a newer one was there already. */
  passOver(): void;
  fail(why: string): void;
  /** It began, and could not go on: what came may be damaged. It begins anew at the next key frame. */
  damaged(why: string): void;
  /** The browser does not decode this: it has to come as JPEG. */
  unsupported(): void;
}

/** Frames in the order of decoding, shown as soon as they can be. */
export interface LiveDecoder {
  /** @param painted tells the server that the frame is dealt with */
  decode(head: FrameHead, unit: Uint8Array<ArrayBuffer>, painted: () => void): void;
  finish(): void;
  reset(): void;
  close(): void;
}

export class H264Decoder implements LiveDecoder {
  #screen: LiveScreen;
  #decoder: VideoDecoder | undefined;
  #codec = "";
  /** Given to the decoder and not shown yet, by offset. */
  #heads = new Map<number, FrameHead>();
  /** The answers that the server waits for, oldest first. */
  #owed: (() => void)[] = [];
  /** So many frames the decoder keeps back for the sake of the order, as far as was seen. */
  #kept = 0;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  readonly #usualQuiet = new Quiet();
  /** The newest picture that was passed over, closed when another is shown. */
  #passed: { frame: VideoFrame; head: FrameHead } | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #shownAtMs = Number.NEGATIVE_INFINITY;

  constructor(screen: LiveScreen) {
    this.#screen = screen;
  }

  decode(head: FrameHead, unit: Uint8Array<ArrayBuffer>, painted: () => void): void {
    const key = (head.flags & frameFlags.key) !== 0;
    // What follows a gap would be decoded into smears; a new run begins afresh.
    if (head.flags & frameFlags.discontinuity || (head.dropped > 0 && !key)) this.reset();
    if (key) this.#start(codecOf(unit) ?? "avc1.640028");
    if (this.#decoder?.state !== "configured") {
      painted();
      return;
    }
    this.#heads.set(head.offset, head);
    this.#owed.push(painted);
    this.#usualQuiet.given(performance.now());
    this.#awaitQuiet();
    // The decoder hands the timestamp through: the offset tells the frames apart, a time may not.
    this.#decoder.decode(new EncodedVideoChunk({ type: key ? "key" : "delta", timestamp: head.offset, data: unit }));
  }

  finish(): void {
    if (this.#decoder?.state === "configured") this.#decoder.flush().catch(() => {}); // it was reset meanwhile
  }

  reset(): void {
    if (this.#decoder?.state === "configured") this.#decoder.close();
    this.#decoder = undefined;
    this.#heads.clear();
    this.#kept = 0;
    clearTimeout(this.#quiet);
    this.#pass(undefined);
    for (const painted of this.#owed.splice(0)) painted();
  }

  close(): void {
    this.reset();
  }

  #start(codec: string): void {
    if (this.#decoder?.state === "configured" && codec === this.#codec) return;
    this.reset();
    if (typeof VideoDecoder === "undefined") return;
    this.#codec = codec;
    this.#decoder = openDecoder(codec, this.#heads, this.#screen, {
      isCurrent: (decoder) => decoder === this.#decoder,
      onFrame: (frame, head) => {
        this.#usualQuiet.came(performance.now());
        this.#decoded(frame, head);
        this.#answer();
        this.#awaitQuiet();
      },
      onError: () => this.reset(),
    });
  }

  /**
   * A frame is answered when one comes out: those that a decoder has taken (decodeQueueSize) may stand in its
   * own queue for seconds. But one that reorders frames gives none before it has more, while the server, which has
   * no answer, sends none: the picture would stand still.
   */
  #answer(): void {
    const inside = this.#heads.size;
    this.#kept = Math.min(this.#kept, inside);
    for (const painted of this.#owed.splice(0, this.#owed.length - (inside - this.#kept))) painted();
  }

  #awaitQuiet(): void {
    clearTimeout(this.#quiet);
    if (this.#owed.length === 0) return;
    this.#quiet = setTimeout(() => {
      if (this.#decoder?.decodeQueueSize === 0) this.#kept = this.#heads.size;
      this.#answer();
      this.#awaitQuiet();
    }, this.#usualQuiet.ms);
  }

  /** Of a backlog only what is newest is shown, and something now and then, so that the picture is there at once. */
  #decoded(frame: VideoFrame, head: FrameHead): void {
    const waited = performance.now() - this.#shownAtMs > patienceMs;
    if (!(head.flags & frameFlags.behind) || waited) {
      this.#pass(undefined);
      this.#present(frame, head);
    } else this.#pass({ frame, head });
  }

  #present(frame: VideoFrame, head: FrameHead): void {
    this.#shownAtMs = performance.now();
    this.#screen.show(frame, { width: frame.displayWidth, height: frame.displayHeight }, head);
    frame.close();
  }

  #pass(passed: { frame: VideoFrame; head: FrameHead } | undefined): void {
    if (this.#passed) {
      this.#passed.frame.close();
      this.#screen.passOver();
    }
    this.#passed = passed;
    clearTimeout(this.#patience);
    if (!passed) return;
    this.#patience = setTimeout(() => {
      this.#passed = undefined;
      this.#present(passed.frame, passed.head);
    }, patienceMs);
  }
}

interface DecoderListener<Of> {
  /** False where another has taken its place: its frames are not wanted any more. */
  isCurrent(decoder: VideoDecoder): boolean;
  /** The frame is to be closed there. */
  onFrame(frame: VideoFrame, of: Of): void;
  /** It is closed; the screen is told afterwards. */
  onError(): void;
}

/**
 * A decoder of access units in Annex B.
 * @param given what the chunks are of, by their timestamps; taken out as the frames come
 */
export function openDecoder<Of>(
  codec: string,
  given: Map<number, Of>,
  screen: Pick<LiveScreen, "damaged" | "unsupported">,
  { isCurrent, onFrame, onError }: DecoderListener<Of>,
): VideoDecoder {
  const decoder = new VideoDecoder({
    output: (frame) => {
      const of = given.get(frame.timestamp);
      given.delete(frame.timestamp);
      if (of !== undefined && isCurrent(decoder)) onFrame(frame, of);
      else frame.close();
    },
    error: (error) => {
      if (!isCurrent(decoder)) return;
      onError();
      if (error.name === "NotSupportedError") screen.unsupported();
      else screen.damaged(`H.264 (${codec}) was not decoded: ${error.message}`);
    },
  });
  decoder.configure({ codec, optimizeForLatency: true });
  return decoder;
}

/** "avc1." and the three bytes after the SPS's NAL header: profile, constraints, level (RFC 6381, ITU-T H.264 7.3.2.1.1). */
export function codecOf(unit: Uint8Array): string | undefined {
  for (let at = 0; at + 6 < unit.length; at++) {
    const starts = unit[at] === 0 && unit[at + 1] === 0 && unit[at + 2] === 1;
    if (starts && ((unit[at + 3] as number) & 0x1f) === 7)
      return `avc1.${[...unit.subarray(at + 4, at + 7)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  }
  return undefined;
}
