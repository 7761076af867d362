/** H.264 and PNG as JPEG, for viewers that take nothing else: one ffmpeg a stream, while somebody looks. */
import { KtError } from "../../errors.ts";
import type { LiveHub } from "../live/live.ts";
import type { LiveStream } from "../live/live-stream.ts";
import type { Picture } from "../picture.ts";
import { decodeNewest } from "./decoder.ts";
import { LiveJpeg } from "./live-jpeg.ts";

/** So many streams are shown as JPEG at once: each takes an ffmpeg, and a part of a processor. */
const mostTranscodings = 64;
/** How long ffmpeg goes on after the last viewer went: a page that is loaded again comes back at once. */
const lingerMs = 5000;

export interface Transcoded {
  /** The newest picture, as JPEG. */
  readonly stream: LiveStream;
  close(): void;
}

interface Entry {
  jpeg: LiveJpeg;
  linger?: ReturnType<typeof setTimeout>;
}

export class LiveJpegs {
  readonly #live: LiveHub;
  readonly #ffmpeg: () => string;
  readonly #onTrouble: (message: string) => void;
  readonly #entries = new Map<string, Entry>();
  /** The last pictures that were asked for one by one, or are being decoded. */
  readonly #single = new Map<string, { of: Picture; decoded: Promise<Picture> }>();

  /** @param ffmpeg finds the program when it is needed first; @throws KtError no_ffmpeg */
  constructor(live: LiveHub, ffmpeg: () => string, onTrouble: (message: string) => void) {
    this.#live = live;
    this.#ffmpeg = ffmpeg;
    this.#onTrouble = onTrouble;
  }

  /** @param listener called when there is another picture. @throws KtError no_ffmpeg, busy */
  watch(topic: string, key: string, listener: () => void): Transcoded {
    const name = `${topic}/${key}`;
    if (!this.#entries.has(name) && this.#entries.size >= mostTranscodings)
      throw new KtError({ code: "busy", message: "Too many streams are being converted to JPEG at the same time.", retryable: true });
    const entry = this.#entries.get(name) ?? { jpeg: new LiveJpeg(this.#live, this.#ffmpeg(), topic, key, this.#onTrouble) };
    this.#entries.set(name, entry);
    clearTimeout(entry.linger);
    const { jpeg } = entry;
    jpeg.listeners.add(listener);
    return {
      stream: jpeg.stream,
      close: () => {
        jpeg.listeners.delete(listener);
        if (jpeg.listeners.size > 0) return;
        clearTimeout(entry.linger);
        entry.linger = setTimeout(() => {
          this.#entries.delete(name);
          jpeg.close();
        }, lingerMs);
      },
    };
  }

  /** The newest picture of a stream; many who ask at once share it. @throws KtError no_ffmpeg, bad_input, ffmpeg_died, busy */
  async newest(topic: string, key: string, stream: LiveStream): Promise<Picture> {
    const name = `${topic}/${key}`;
    const running = this.#entries.get(name)?.jpeg.stream.newest;
    if (running) return running;
    const of = stream.newest as Picture;
    let single = this.#single.get(name);
    if (single?.of !== of) {
      single = { of, decoded: decodeNewest(this.#ffmpeg(), [...stream.kept], `newest picture of '${key}' in '${topic}'`) };
      this.#single.set(name, single);
      single.decoded.then(
        () => setTimeout(() => this.#forget(name, of), lingerMs),
        () => this.#forget(name, of),
      );
    }
    return single.decoded;
  }

  close(): void {
    for (const { jpeg, linger } of this.#entries.values()) {
      clearTimeout(linger);
      jpeg.close();
    }
    this.#entries.clear();
  }

  #forget(name: string, of: Picture): void {
    if (this.#single.get(name)?.of === of) this.#single.delete(name);
  }
}
