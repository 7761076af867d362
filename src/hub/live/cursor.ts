/** One viewer's place in a live stream. It holds no queue: what the stream keeps is the queue of all. */

import type { Picture } from "../picture.ts";
import type { LiveStream } from "./live-stream.ts";

export class Cursor {
  readonly #find: () => LiveStream | undefined;
  #stream: LiveStream | undefined;
  /** The number of the next picture; undefined before the first. */
  #at: number | undefined;
  #dropped = 0;
  /** The number of the first picture that came after the viewer did: older ones that it passes over were not left out. */
  #since = 0;
  /** Where the group of pictures begins whose rest is left out. */
  #skipped: number | undefined;

  /** @param find the stream, which may be another one when a topic is made again */
  constructor(find: () => LiveStream | undefined) {
    this.#find = find;
  }

  /**
   * The next picture in order. A viewer who was away for longer than the stream keeps its pictures goes on
   * at the next one that needs no other. undefined while there is none to give.
   */
  next(): Picture | undefined {
    const stream = this.#find();
    if (!stream) return undefined;
    if (stream !== this.#stream) this.#at = this.#skipped = undefined;
    this.#stream = stream;
    if (this.#skips(stream)) return undefined;
    this.#skipped = undefined;
    if (this.#at === undefined || this.#at < stream.first) {
      if (!stream.decodable) return undefined;
      if (this.#at === undefined) this.#since = stream.count;
      else this.#dropped += Math.max(0, stream.first - Math.max(this.#at, this.#since));
      this.#at = stream.first;
    }
    const picture = stream.at(this.#at);
    if (picture) this.#at++;
    return picture;
  }

  /** Leaves out what comes before the next picture that needs no other. @returns whether anything is left out */
  skip(): boolean {
    const stream = this.#find();
    if (!stream || stream !== this.#stream || this.#at === undefined || this.#at <= stream.first) return false;
    this.#skipped = stream.first;
    return true;
  }

  /** Newer pictures than the last one given are there already. */
  get behind(): boolean {
    return this.#stream !== undefined && this.#at !== undefined && this.#at < this.#stream.count && !this.#skips(this.#stream);
  }

  /** Where the source has ended, no other group comes. */
  #skips(stream: LiveStream): boolean {
    return this.#skipped !== undefined && stream.first <= this.#skipped && !stream.end;
  }

  /** How many were left out since this was asked last. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }
}
