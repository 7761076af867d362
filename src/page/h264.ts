/** H.264 by WebCodecs: access units in Annex B, so that the decoder needs no description. */
import { type FrameHead, frameFlags } from "../http/protocol.ts";

export class H264Decoder {
  #show: (frame: VideoFrame, head: FrameHead) => void;
  #fail: (why: string) => void;
  #decoder: VideoDecoder | undefined;
  #codec = "";
  /** Given to the decoder and not shown yet, by offset. */
  #heads = new Map<number, FrameHead>();
  /** The answers that the server waits for, oldest first. */
  #owed: (() => void)[] = [];

  /** @param show must not keep the frame: it is closed when the call returns */
  constructor(show: (frame: VideoFrame, head: FrameHead) => void, fail: (why: string) => void) {
    this.#show = show;
    this.#fail = fail;
  }

  decode(head: FrameHead, unit: Uint8Array<ArrayBuffer>, painted: () => void): void {
    const key = (head.flags & frameFlags.key) !== 0;
    if (key) this.#start(codecOf(unit) ?? "avc1.640028");
    // What follows a gap would be decoded into smears.
    else if (head.flags & frameFlags.discontinuity || head.dropped > 0) this.reset();
    if (this.#decoder?.state !== "configured") {
      painted();
      return;
    }
    this.#heads.set(head.offset, head);
    this.#owed.push(painted);
    // The decoder hands the timestamp through: the offset tells the frames apart, a time may not.
    this.#decoder.decode(new EncodedVideoChunk({ type: key ? "key" : "delta", timestamp: head.offset, data: unit }));
  }

  /** Nothing more is decoded until a key frame. */
  reset(): void {
    if (this.#decoder?.state === "configured") this.#decoder.close();
    this.#decoder = undefined;
    this.#heads.clear();
    for (const painted of this.#owed.splice(0)) painted();
  }

  close(): void {
    this.reset();
  }

  #start(codec: string): void {
    if (this.#decoder?.state === "configured" && codec === this.#codec) return;
    this.reset();
    if (typeof VideoDecoder === "undefined") {
      this.#fail(isSecureContext ? "This browser has no decoder for H.264" : "Browsers decode H.264 only over https or on localhost");
      return;
    }
    this.#codec = codec;
    const decoder = new VideoDecoder({
      output: (frame) => {
        const head = this.#heads.get(frame.timestamp);
        if (head && decoder === this.#decoder) this.#show(frame, head);
        this.#heads.delete(frame.timestamp);
        frame.close();
      },
      error: (error) => {
        if (decoder !== this.#decoder) return;
        this.reset();
        this.#fail(`H.264 (${codec}) was not decoded: ${error.message}`);
      },
    });
    // Answered when the decoder has taken the frame, not when it shows it: one that reorders frames
    // holds more back than the server sends unanswered, and both would wait for ever.
    decoder.ondequeue = () => {
      if (decoder === this.#decoder) for (const painted of this.#owed.splice(0, this.#owed.length - decoder.decodeQueueSize)) painted();
    };
    this.#decoder = decoder;
    decoder.configure({ codec, optimizeForLatency: true });
  }
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
