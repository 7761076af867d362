/** H.264 by MediaSource, where a page is not secure and has no WebCodecs: access units become fragments of MP4 for a video element. */
import { type FrameHead, frameFlags } from "../../protocol/frame-head.ts";
import { initSegment, joinBytes, mediaSegment, trackOf } from "../../video/formats/fmp4.ts";
import type { LiveDecoder, LiveScreen } from "./h264.ts";

/** Playback stays so close to the newest frame; further behind it goes faster, and too far behind it jumps. */
const nearS = 0.15;
const farS = 1;
const hurriedRate = 1.1;
/** What was shown so long ago is given back. */
const keptS = 10;
const usualFrameUs = 33_000;
/** Frames that wait for the buffer: it takes some at a time. */
const mostWaiting = 300;

export class MediaSourceDecoder implements LiveDecoder {
  readonly #screen: LiveScreen;
  #player: BufferedVideo | undefined;
  #codec = "";

  constructor(screen: LiveScreen) {
    this.#screen = screen;
  }

  decode(head: FrameHead, unit: Uint8Array<ArrayBuffer>, painted: () => void): void {
    const key = (head.flags & frameFlags.key) !== 0;
    if (head.flags & frameFlags.discontinuity || (head.dropped > 0 && !key)) this.reset();
    if (key) this.#start(unit);
    if (this.#player?.add(head, unit, key) === false) {
      this.#screen.fail("The browser takes H.264 too slowly");
      this.reset();
    }
    // The buffer takes what comes; the server need not wait for the screen.
    painted();
  }

  finish(): void {
    this.#player?.finish();
  }

  reset(): void {
    this.#player?.close();
    this.#player = undefined;
  }

  close(): void {
    this.reset();
  }

  #start(unit: Uint8Array<ArrayBuffer>): void {
    const track = trackOf(unit);
    if (!track) return;
    const codec = `${track.codec} ${track.width}x${track.height}`;
    if (this.#player && codec === this.#codec) return;
    this.reset();
    const type = `video/mp4; codecs="${track.codec}"`;
    if (!MediaSource.isTypeSupported(type)) {
      this.#screen.unsupported();
      return;
    }
    this.#codec = codec;
    const player = new BufferedVideo(type, initSegment(track), this.#screen, (why) => {
      if (player !== this.#player) return;
      this.reset();
      this.#screen.damaged(why);
    });
    this.#player = player;
  }
}

class BufferedVideo {
  readonly #screen: LiveScreen;
  readonly #source = new MediaSource();
  readonly #video = document.createElement("video");
  readonly #url = URL.createObjectURL(this.#source);
  #buffer: SourceBuffer | undefined;
  #waiting: Uint8Array[];
  /** By the time that the video shows them at, in milliseconds. */
  #heads = new Map<number, FrameHead>();
  #beginMs: number | undefined;
  #lastDtsUs = -1;
  #sequence = 0;
  #closed = false;
  #ended = false;

  /** @param onError told once that it shows nothing any more */
  constructor(type: string, init: Uint8Array, screen: LiveScreen, onError: (why: string) => void) {
    this.#screen = screen;
    this.#waiting = [init];
    this.#source.addEventListener("sourceopen", () => {
      if (this.#closed) return;
      this.#buffer = this.#source.addSourceBuffer(type);
      this.#buffer.addEventListener("updateend", () => this.#pump());
      this.#pump();
    });
    this.#video.addEventListener("error", () => this.#closed || onError(`H.264 was not decoded: ${this.#video.error?.message ?? "no reason given"}`));
    this.#video.muted = true;
    this.#video.playsInline = true;
    // Browsers stop a video that is nowhere on the page.
    this.#video.className = "feeder";
    this.#video.src = this.#url;
    document.body.append(this.#video);
    this.#listen();
  }

  /** @returns false where the buffer takes nothing any more */
  add(head: FrameHead, unit: Uint8Array, key: boolean): boolean {
    this.#beginMs ??= head.timestampMs - head.reorderUs / 1000;
    const ptsUs = (head.timestampMs - this.#beginMs) * 1000;
    const dtsUs = Math.max(ptsUs - head.reorderUs, this.#lastDtsUs + 1);
    const durationUs = this.#lastDtsUs < 0 ? usualFrameUs : Math.max(1000, dtsUs - this.#lastDtsUs);
    this.#lastDtsUs = dtsUs;
    this.#heads.set(Math.round(ptsUs / 1000), head);
    this.#waiting.push(mediaSegment([{ data: unit, ptsUs, dtsUs, durationUs, key }], ++this.#sequence));
    this.#pump();
    return this.#waiting.length <= mostWaiting;
  }

  /** What is held for the sake of the order is shown. */
  finish(): void {
    this.#ended = true;
    this.#pump();
  }

  close(): void {
    this.#closed = true;
    this.#video.removeAttribute("src");
    this.#video.load();
    this.#video.remove();
    URL.revokeObjectURL(this.#url);
  }

  /** Gives the buffer all that waits, and takes from it what is over. */
  #pump(): void {
    const buffer = this.#buffer;
    if (!buffer || buffer.updating || this.#closed || this.#source.readyState !== "open") return;
    const [start, end] = buffer.buffered.length > 0 ? [buffer.buffered.start(0), buffer.buffered.end(buffer.buffered.length - 1)] : [0, 0];
    this.#stayNear(end);
    // Room is made first: a buffer that is full would refuse.
    if (this.#video.currentTime - start > keptS * 2) buffer.remove(start, this.#video.currentTime - keptS);
    else if (this.#waiting.length > 0) buffer.appendBuffer(joinBytes(this.#waiting.splice(0)) as Uint8Array<ArrayBuffer>);
    else if (this.#ended) this.#source.endOfStream();
  }

  #stayNear(end: number): void {
    const video = this.#video;
    const behind = end - video.currentTime;
    if (behind > farS) video.currentTime = Math.max(0, end - nearS / 2);
    video.playbackRate = behind > nearS ? hurriedRate : 1;
    if (video.paused) video.play().catch(() => {}); // it plays when more came
  }

  #listen(): void {
    this.#video.requestVideoFrameCallback((_now, { mediaTime, width, height }) => {
      if (this.#closed) return;
      const atMs = Math.round(mediaTime * 1000);
      const head = this.#heads.get(atMs) ?? this.#heads.get(atMs - 1) ?? this.#heads.get(atMs + 1);
      // What a frame says of itself is in its own pixels, which need not be square.
      const { videoWidth, videoHeight } = this.#video;
      if (head) this.#screen.show(this.#video, { width: videoWidth || width, height: videoHeight || height }, head);
      for (const ms of this.#heads.keys()) if (ms <= atMs) this.#heads.delete(ms);
      this.#listen();
    });
  }
}
