/** The decoder's output taken apart: ffmpeg's framecrc lines, each followed by the picture that it describes. */

/** "0, dts, pts, duration, size, checksum" */
const lineForm = /^\d+, +-?\d+, +(-?\d+), +-?\d+, +(\d+),/;
const newline = 10;
const longestLine = 1000;

export class DecodedParser {
  #rest: Buffer = Buffer.alloc(0);
  /** What the last line said of the picture that comes now. */
  #awaited: { timeUs: number; size: number } | undefined;

  /** @throws Error where the bytes are none of the decoder's */
  push(chunk: Uint8Array): { timeUs: number; data: Uint8Array }[] {
    const found = [];
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      this.#awaited ??= this.#line();
      if (!this.#awaited || this.#rest.length < this.#awaited.size) return found;
      const { timeUs, size } = this.#awaited;
      // A copy, because the pictures of a chunk do not live equally long.
      found.push({ timeUs, data: Uint8Array.prototype.slice.call(this.#rest, 0, size) });
      this.#rest = this.#rest.subarray(size);
      this.#awaited = undefined;
    }
  }

  #line(): { timeUs: number; size: number } | undefined {
    for (;;) {
      const end = this.#rest.indexOf(newline);
      if (end < 0 && this.#rest.length < longestLine) return undefined;
      const line = this.#rest.toString("latin1", 0, end < 0 ? longestLine : end);
      const [, time, size] = lineForm.exec(line) ?? [];
      // "#" begins what is said of the whole stream.
      if (size === undefined && (end < 0 || !line.startsWith("#")))
        throw new Error(`ffmpeg wrote '${line.slice(0, 80)}' where a picture's time and size should be`);
      this.#rest = this.#rest.subarray(end + 1);
      if (size !== undefined) return { timeUs: Number(time), size: Number(size) };
    }
  }
}
