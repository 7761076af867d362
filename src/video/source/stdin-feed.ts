/** Bytes into ffmpeg's stdin, from kt's own or from files: from the beginning again when ffmpeg is started anew. */

import type { FileSink } from "bun";
import { KtError } from "../../errors.ts";

/** ffmpeg knows a source by its first 5 MB; more than this is not kept for a second look. */
const maxHeadBytes = 64 << 20;

export class StdinFeed {
  readonly #chunks: AsyncIterable<Uint8Array>;
  #head: Uint8Array[] | undefined = [];
  #headBytes = 0;
  #sink: FileSink | undefined;
  #pumping = false;
  #ended = false;
  /** Why the bytes ended before their end. */
  failure: unknown;
  /** Resolves when another sink takes over: a write to one whose process has ended may never return. */
  #replaced = Promise.withResolvers<void>();

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks;
  }

  /** From now on the bytes go here; first, again, those that another sink already had. */
  into(sink: FileSink): void {
    this.#sink = sink;
    if (!this.#head) throw new KtError({ code: "bad_input", message: "What came on stdin cannot be read a second time." });
    for (const chunk of this.#head) sink.write(chunk);
    this.#replaced.resolve();
    this.#replaced = Promise.withResolvers();
    if (this.#ended) void sink.end();
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#pump();
  }

  /** No other sink will come: nothing needs to be kept. */
  settle(): void {
    this.#head = undefined;
  }

  async #pump(): Promise<void> {
    try {
      for await (const chunk of this.#chunks) {
        this.#keep(chunk);
        await this.#write(chunk);
      }
    } catch (error) {
      this.failure = error;
    }
    this.#ended = true;
    await this.#sink?.end();
  }

  #keep(chunk: Uint8Array): void {
    if (!this.#head) return;
    this.#headBytes += chunk.length;
    if (this.#headBytes > maxHeadBytes) this.#head = undefined;
    else this.#head.push(chunk.slice());
  }

  async #write(chunk: Uint8Array): Promise<void> {
    const sink = this.#sink;
    try {
      sink?.write(chunk);
      await Promise.race([sink?.flush(), this.#replaced.promise]);
    } catch {
      // This ffmpeg has ended, and says why itself; another one gets the same bytes.
    }
  }
}
