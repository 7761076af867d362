/** Stored pictures on their way to one viewer: H.264, and PNG where it is not wanted, becomes JPEG, and each partition's place is kept. */
import type { PartitionOffset } from "../../kafka/addon/native.ts";
import { Channel } from "../channel.ts";
import { PictureDecoder, quietMs, type RunningDecoder } from "../decode/decoder.ts";
import type { Picture } from "../picture.ts";
import type { ChunkedLog } from "./chunks.ts";
import { gopBefore } from "./rewind.ts";

/** Pictures that wait to be shown. */
const mostWaiting = 4;
/** A picture that is stored before another is shown at most 16 pictures later (ITU-T H.264 A.3.1: max_dec_frame_buffering). */
const reorderMs = 1000;

export class StoredPictures {
  readonly #archive: ChunkedLog;
  readonly #ffmpeg: () => string;
  readonly #topic: string;
  readonly #png: boolean;
  readonly #begin: ReadonlyMap<number, number>;
  readonly #channel = new Channel<Picture>(mostWaiting);
  readonly #decodings = new Map<string, RunningDecoder>();
  /** Streams without a key frame so far, which would not be found by a second look either. */
  readonly #undecodable = new Set<string>();
  readonly #read = new Map<number, number>();
  /** The offsets that were read and not shown yet, by partition. */
  readonly #unshown = new Map<number, Set<number>>();
  /** Those of them that were not decoded yet either, as "partition/offset". */
  readonly #awaited = new Set<string>();
  /** Decoders that nothing is written to any more, while their last pictures come out. */
  readonly #ending = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  #quiet: ReturnType<typeof setTimeout> | undefined;

  /** @param png false where PNG is to come as JPEG */
  constructor(archive: ChunkedLog, ffmpeg: () => string, topic: string, begin: PartitionOffset[], png: boolean) {
    this.#png = png;
    this.#archive = archive;
    this.#ffmpeg = ffmpeg;
    this.#topic = topic;
    this.#begin = new Map(begin.map(({ partition, offset }) => [partition, offset]));
  }

  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** The next picture; undefined once closed. @throws what it was closed with */
  next(): Promise<Picture | undefined> {
    return this.#channel.next();
  }

  shown({ partition, offset }: Picture): void {
    this.#unshown.get(partition)?.delete(offset);
  }

  /** Where somebody goes on who was shown what was shown: nothing is left out, though pictures are shown in another order than they are stored. */
  place(partition: number): number {
    return Math.min(this.#read.get(partition) ?? this.#begin.get(partition) ?? 0, ...(this.#unshown.get(partition) ?? []));
  }

  /** A record that is not to be shown. */
  pass(partition: number, offset: number): void {
    this.#read.set(partition, offset + 1);
  }

  /** Resolves when there is room for more. @throws KtError no_ffmpeg */
  async take(picture: Picture): Promise<void> {
    const { partition, offset } = picture;
    const stream = `${partition}/${picture.key}`;
    clearTimeout(this.#quiet);
    this.pass(partition, offset);
    if (picture.end) return this.#finish(stream);
    this.#unshown.set(partition, (this.#unshown.get(partition) ?? new Set()).add(offset));
    if (picture.type === "image/jpeg" || (picture.type === "image/png" && this.#png)) return this.#channel.push(picture);
    this.#awaited.add(`${partition}/${offset}`);
    await this.#decode(stream, picture);
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#letOut(), quietMs);
  }

  close(error?: unknown): void {
    clearTimeout(this.#quiet);
    this.#closing.abort();
    this.#channel.close(error);
    for (const { decoder } of this.#decodings.values()) decoder.kill();
  }

  async #decode(stream: string, picture: Picture): Promise<void> {
    if (this.#decodings.get(stream)?.decoder.continues(picture) === false) await this.#finish(stream);
    let decoding = this.#decodings.get(stream);
    if (!decoding) {
      await this.#ending.get(stream);
      const before = picture.keyFrame ? [] : await this.#lookBack(stream, picture);
      const begin = picture.keyFrame ? picture : before[0];
      if (!begin) return this.#lose(picture);
      if (this.closing.aborted) return;
      this.#undecodable.delete(stream);
      decoding = this.#start(begin, begin === picture ? undefined : picture);
      this.#decodings.set(stream, decoding);
      for (const frame of before) await this.#write(stream, decoding, frame);
    }
    await this.#write(stream, decoding, picture);
  }

  async #lookBack(stream: string, picture: Picture): Promise<Picture[]> {
    if (this.#undecodable.has(stream)) return [];
    const before = await gopBefore(this.#archive, this.#topic, picture).catch(() => []);
    if (before.length === 0) this.#undecodable.add(stream);
    return before;
  }

  #start(begin: Picture, from: Picture | undefined): RunningDecoder {
    const decoder = new PictureDecoder(this.#ffmpeg(), begin, { from, marginMs: reorderMs, onLost: (picture) => this.#lose(picture) });
    const ended = (async () => {
      for await (const picture of decoder.pictures()) {
        // What was stored before the place that was asked for was only needed for what comes after it.
        if (this.#awaited.delete(`${picture.partition}/${picture.offset}`)) await this.#channel.push(picture);
      }
    })().catch((error) => this.close(error));
    return { decoder, ended };
  }

  async #write(stream: string, { decoder }: RunningDecoder, frame: Picture): Promise<void> {
    try {
      await decoder.write(frame);
    } catch {
      // ffmpeg ended: the stream goes on at its next key frame, with another.
      this.#lose(frame);
      this.#undecodable.add(stream);
      await this.#finish(stream);
    }
  }

  async #finish(stream: string): Promise<void> {
    const decoding = this.#decodings.get(stream);
    if (!decoding) return;
    this.#decodings.delete(stream);
    decoding.decoder.finish();
    this.#ending.set(stream, decoding.ended);
    await decoding.ended;
    this.#ending.delete(stream);
  }

  /** It will never be shown. */
  #lose(picture: Picture): void {
    this.shown(picture);
    this.#awaited.delete(`${picture.partition}/${picture.offset}`);
  }

  #letOut(): void {
    for (const [stream, { decoder }] of this.#decodings) if (decoder.pending > 0) void this.#finish(stream);
  }
}
