/** Reads Motion JPEG over HTTP with little work, so that 150 viewers fit beside what is measured. */

export interface Part {
  /** When the picture was taken, where the stream says so (kt's X-Timestamp, the feeder's comment); ms since 1970. */
  timestampMs: number | undefined;
  /** The picture, where it was to be kept. */
  data: Uint8Array | undefined;
}

export interface PartOptions {
  onPicture: (part: Part) => void;
  keep?: boolean;
}

const longestHead = 4096;
/** So much of a picture is looked at for the feeder's comment. */
const commentBytes = 40;

/** Takes multipart/x-mixed-replace apart by Content-Length. */
export class PartReader {
  readonly #options: PartOptions;
  #head = "";
  #left = 0;
  #timestampMs: number | undefined;
  #begin = "";
  #kept: Uint8Array[] = [];

  constructor(options: PartOptions) {
    this.#options = options;
  }

  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left > 0) {
        const taken = bytes.subarray(at, at + this.#left);
        if (this.#begin.length < commentBytes) this.#begin += latin1(taken.subarray(0, commentBytes - this.#begin.length));
        if (this.#options.keep) this.#kept.push(taken.slice());
        this.#left -= taken.length;
        at += taken.length;
        if (this.#left === 0) this.#finish();
        continue;
      }
      const before = this.#head.length;
      this.#head += latin1(bytes.subarray(at, at + longestHead));
      const end = this.#head.indexOf("\r\n\r\n");
      if (end < 0) {
        at += longestHead;
        continue;
      }
      at += end + 4 - before;
      this.#left = Number(/content-length: *(\d+)/i.exec(this.#head)?.[1] ?? 0);
      const stamp = /x-timestamp: *(\d+)/i.exec(this.#head)?.[1];
      this.#timestampMs = stamp === undefined ? undefined : Number(stamp);
      this.#head = "";
    }
  }

  #finish(): void {
    const comment = /taken=([\d.]+);/.exec(this.#begin)?.[1];
    const data = this.#options.keep ? Buffer.concat(this.#kept) : undefined;
    this.#kept = [];
    this.#begin = "";
    this.#options.onPicture({ timestampMs: this.#timestampMs ?? (comment === undefined ? undefined : Number(comment)), data });
  }
}

/** Takes the framing of "Transfer-Encoding: chunked" off (RFC 9112, 7.1). */
export class Dechunker {
  readonly #take: (bytes: Uint8Array) => void;
  #line = "";
  #left = 0;

  constructor(take: (bytes: Uint8Array) => void) {
    this.#take = take;
  }

  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left > 0) {
        const taken = bytes.subarray(at, at + this.#left);
        this.#take(taken);
        this.#left -= taken.length;
        at += taken.length;
        continue;
      }
      const end = bytes.indexOf(10, at);
      this.#line += latin1(bytes.subarray(at, end < 0 ? bytes.length : end));
      if (end < 0) return;
      at = end + 1;
      // The empty line after a chunk's bytes is no size.
      this.#left = Number.parseInt(this.#line, 16) || 0;
      this.#line = "";
    }
  }
}

/** The comment that the feeder puts behind the first marker of a JPEG (ITU-T T.81, B.2.4.5). */
export function withComment(jpeg: Uint8Array, timestampMs: number): Uint8Array {
  const text = Buffer.from(`taken=${timestampMs.toFixed(2)};`);
  const length = text.length + 2;
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe, length >> 8, length & 0xff]), text, jpeg.subarray(2)]);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
