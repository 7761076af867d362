/** A live viewer of one stream: what it gets next is what the stream keeps, and never a queue. */

import type { Transcoded } from "../decode/live-jpegs.ts";
import type { Hub } from "../hub.ts";
import type { Picture } from "../picture.ts";
import { checkStream } from "../topics/stream-name.ts";
import { Cursor } from "./cursor.ts";
import type { Watch } from "./live.ts";
import type { LiveStream } from "./live-stream.ts";

export interface ViewRequest {
  topic: string;
  /** The stream; without one, the stream whose picture is the newest. */
  key: string | undefined;
  /** False where the viewer cannot decode H.264: it gets JPEG instead. */
  h264: boolean;
  /** False where it takes no PNG either. */
  png?: boolean;
}

export type ViewHub = Pick<Hub, "live" | "liveJpegs">;

export class LiveView {
  readonly #hub: ViewHub;
  readonly #request: ViewRequest;
  readonly #onChange: () => void;
  readonly #cursor = new Cursor(() => this.#shown());
  #watch: Watch | undefined;
  #key: string | undefined;
  #transcoded: Transcoded | undefined;
  readonly #closing = new AbortController();

  private constructor(hub: ViewHub, request: ViewRequest, onChange: () => void) {
    this.#hub = hub;
    this.#request = request;
    this.#key = request.key;
    this.#onChange = onChange;
  }

  /**
   * @param onChange called when there may be more to give; not before this resolves
   * @throws KtError unknown_topic, unknown_stream, no_ffmpeg
   */
  static async open(hub: ViewHub, request: ViewRequest, onChange: () => void): Promise<LiveView> {
    checkStream(request.topic, request.key);
    const view = new LiveView(hub, request, onChange);
    const watch = await hub.live.watch(request.topic, { onPicture: (picture) => view.#see(picture) });
    view.#watch = watch;
    const { streams } = watch.feed;
    // Until it is found the view waits, as for a stream that is still to come.
    if (request.key === undefined ? streams.size === 0 : !streams.has(request.key))
      hub.live.recall(watch.feed, request.key, view.#closing.signal).catch(() => {});
    try {
      view.#settle();
    } catch (error) {
      view.close();
      throw error;
    }
    return view;
  }

  /** The stream as the topic has it. */
  get stream(): LiveStream | undefined {
    return this.#key === undefined ? undefined : this.#watch?.feed.streams.get(this.#key);
  }
  get key(): string | undefined {
    return this.#key;
  }

  /** The next picture in order; undefined while there is none to give. */
  next(): Picture | undefined {
    return this.#cursor.next();
  }
  /** Leaves out what comes before the next picture that needs no other. @returns whether anything is left out */
  skip(): boolean {
    return this.#cursor.skip();
  }
  /** How long the stream's groups of pictures are. */
  get gopMs(): number {
    return this.#shown()?.gopMs ?? 0;
  }
  /** Newer pictures are there already. */
  get behind(): boolean {
    return this.#cursor.behind;
  }
  takeDropped(): number {
    return this.#cursor.takeDropped();
  }
  /** The end mark, once everything before it was given. */
  get end(): Picture | undefined {
    return this.#cursor.behind ? undefined : this.#shown()?.end;
  }

  close(): void {
    this.#closing.abort();
    this.#watch?.close();
    this.#transcoded?.close();
  }

  #see(picture: Picture): void {
    if (!this.#watch || (this.#key !== undefined && picture.key !== this.#key)) return;
    try {
      this.#settle();
    } catch {
      // The stream became H.264 where there is no ffmpeg: nothing more can be shown of it.
    }
    this.#onChange();
  }

  /** Which stream it is, and in which form it is shown. */
  #settle(): void {
    if (this.#key === undefined) {
      const streams = [...(this.#watch?.feed.streams ?? [])].filter(([, { newest }]) => newest);
      this.#key = streams.toSorted(([, a], [, b]) => (b.newest?.timestampMs ?? 0) - (a.newest?.timestampMs ?? 0))[0]?.[0];
    }
    if (this.#key === undefined || !this.#isConverted(this.stream)) return;
    this.#transcoded ??= this.#hub.liveJpegs.watch(this.#request.topic, this.#key, this.#onChange);
  }

  #shown(): LiveStream | undefined {
    const { stream } = this;
    return this.#isConverted(stream) ? this.#transcoded?.stream : stream;
  }

  #isConverted(stream: LiveStream | undefined): boolean {
    const { h264, png = true } = this.#request;
    const type = stream?.newest?.type;
    return (type === "video/h264" && !h264) || (type === "image/png" && !png);
  }
}

/** Pictures that stand alone, for one who asks for the next when it has shown the last. */
export interface LivePictures {
  /** The newest picture that was not given yet; waits for one. undefined once closed. */
  next(): Promise<Picture | undefined>;
  /** The source said that it has ended, and its last picture was given. */
  readonly ended: boolean;
  /** How many were left out since this was asked last. */
  takeDropped(): number;
  close(): void;
}

/**
 * @param key the stream; without one, the stream whose picture is the newest
 * @param png false where PNG is to come as JPEG
 * @throws KtError unknown_topic, no_ffmpeg, busy
 */
export async function viewPictures(hub: ViewHub, topic: string, key: string | undefined, png = true): Promise<LivePictures> {
  let waiting: ((picture: Picture | undefined) => void) | undefined;
  let closed = false;
  // Given in the same turn in which it came: each further promise is one more for every viewer of every picture.
  const give = () => {
    const picture = waiting && view.next();
    if (!picture) return;
    waiting?.(picture);
    waiting = undefined;
  };
  const view = await LiveView.open(hub, { topic, key, h264: false, png }, give);
  return {
    next() {
      if (closed) return Promise.resolve(undefined);
      const picture = view.next();
      return picture ? Promise.resolve(picture) : new Promise((resolve) => (waiting = resolve));
    },
    get ended() {
      return view.end !== undefined;
    },
    takeDropped: () => view.takeDropped(),
    close() {
      closed = true;
      view.close();
      waiting?.(undefined);
    },
  };
}

/** The newest picture of a stream, once; undefined where none comes in time. @throws KtError unknown_topic, no_ffmpeg, bad_input */
export async function newestPicture(hub: ViewHub, topic: string, key: string | undefined, timeoutMs: number): Promise<Picture | undefined> {
  const changed = { tell: () => {} };
  // As the topic has it: a picture that nobody else looks at needs no ffmpeg that goes on.
  const view = await LiveView.open(hub, { topic, key, h264: true }, () => changed.tell());
  const late = Bun.sleep(timeoutMs).then(() => "late");
  try {
    while (!view.stream?.decodable) if ((await Promise.race([new Promise<void>((resolve) => (changed.tell = resolve)), late])) === "late") return undefined;
    const { newest } = view.stream;
    return newest?.type === "video/h264" ? await hub.liveJpegs.newest(topic, view.key ?? "", view.stream) : newest;
  } finally {
    view.close();
  }
}

/** Whether the source of a stream said that it has ended; without a key, those of all streams. @throws KtError unknown_topic */
export async function hasEnded({ live }: Pick<Hub, "live">, topic: string, key: string | undefined): Promise<boolean> {
  const watch = await live.watch(topic, {});
  watch.close();
  const streams = [...watch.feed.streams].filter(([name]) => key === undefined || name === key);
  return streams.length > 0 && streams.every(([, { end }]) => end !== undefined);
}
