/** One live stream of H.264 or PNG becoming JPEG, for all its viewers. */
import { KtError } from "../../errors.ts";
import { Cursor } from "../live/cursor.ts";
import type { LiveHub, Watch } from "../live/live.ts";
import { LiveStream } from "../live/live-stream.ts";
import type { Picture } from "../picture.ts";
import { PictureDecoder, quietMs, type RunningDecoder, shownLast, stuckMs } from "./decoder.ts";

/** An ffmpeg that ended is started again after so long, after twice as long where that one ends soon too, and so on. */
const firstPauseMs = 1000;
const mostPauseMs = 60_000;

export class LiveJpeg {
  /** The newest picture, as JPEG. */
  readonly stream = new LiveStream();
  readonly listeners = new Set<() => void>();
  readonly #key: string;
  readonly #ffmpeg: string;
  #running: RunningDecoder | undefined;
  #changed = Promise.withResolvers<void>();
  #closed = false;
  readonly #ending = Promise.withResolvers<void>();
  #watch: Watch | undefined;
  #pauseMs = firstPauseMs;
  #startedAtMs = 0;
  readonly #onTrouble: (message: string) => void;

  /** @param ffmpeg path of the program */
  constructor(live: LiveHub, ffmpeg: string, topic: string, key: string, onTrouble: (message: string) => void) {
    this.#key = key;
    this.#ffmpeg = ffmpeg;
    this.#onTrouble = (message) => onTrouble(`stream '${key}' of '${topic}' cannot be shown as JPEG: ${message}`);
    this.#run(live, topic).catch((error) => this.#onTrouble(KtError.from(error).message));
  }

  close(): void {
    this.#closed = true;
    this.#ending.resolve();
    this.#running?.decoder.kill();
    this.#watch?.close();
    this.#changed.resolve();
  }

  async #run(live: LiveHub, topic: string): Promise<void> {
    const onPicture = ({ key }: Picture) => key === this.#key && this.#changed.resolve();
    const watch = await live.watch(topic, { onPicture });
    if (this.#closed) return watch.close();
    this.#watch = watch;
    const find = () => watch.feed.streams.get(this.#key);
    let cursor = new Cursor(find);
    while (!this.#closed) {
      this.#changed = Promise.withResolvers();
      const picture = cursor.next();
      if (!picture) {
        await this.#rest(find()?.end);
        continue;
      }
      // It became a stream of JPEG, which is shown as it is.
      if (picture.type === "image/jpeg") continue;
      if (this.#running && !this.#running.decoder.continues(picture)) await this.#finish();
      if (!this.#running && !picture.keyFrame) {
        cursor = new Cursor(find);
        continue;
      }
      this.#running ??= this.#start(picture, find()?.kept);
      const { decoder } = this.#running;
      try {
        await decoder.write(picture);
      } catch {
        await this.#finish();
        if (this.#closed) return;
        await this.#pause(decoder.end?.complaint ?? "ffmpeg ended");
        cursor = new Cursor(find);
      }
    }
  }

  /** Says why, and lets time go by before ffmpeg is started again. */
  async #pause(why: string): Promise<void> {
    const ranMs = performance.now() - this.#startedAtMs;
    const pauseMs = ranMs > mostPauseMs ? firstPauseMs : this.#pauseMs;
    this.#pauseMs = Math.min(mostPauseMs, pauseMs * 2);
    this.#onTrouble(`${why}; it is started again in ${pauseMs / 1000} s`);
    await Promise.race([Bun.sleep(pauseMs), this.#ending.promise]);
  }

  /** Until there is more; what is held back is let out when nothing comes any more. */
  async #rest(end: Picture | undefined): Promise<void> {
    if (end && this.stream.end !== end) {
      await this.#finish();
      this.stream.take(end);
      this.#tell();
    }
    if (this.#running && this.#running.decoder.pending > 0) {
      const changed = this.#changed.promise.then(() => true);
      if (await Promise.race([changed, Bun.sleep(quietMs)])) return;
      await this.#finish();
    }
    await this.#changed.promise;
  }

  #start(begin: Picture, known: readonly Picture[] | undefined): RunningDecoder {
    this.#startedAtMs = performance.now();
    const decoder = new PictureDecoder(this.#ffmpeg, begin, { from: known?.[0] === begin ? shownLast(known) : undefined, stuckMs });
    const ended = (async () => {
      for await (const picture of decoder.pictures()) {
        this.stream.take(picture);
        this.#tell();
      }
    })().catch((error) => {
      // What came is none of a decoder's pictures, so that it is ended; the next write says so.
      this.#onTrouble(KtError.from(error).message);
      decoder.kill();
    });
    return { decoder, ended };
  }

  async #finish(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.decoder.finish();
    await running?.ended;
  }

  #tell(): void {
    for (const listener of this.listeners) listener();
  }
}
