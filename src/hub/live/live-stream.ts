/** What is kept of one stream, so that a new viewer sees a picture at once: its pictures since the last that needs no other. */
import type { Picture } from "../picture.ts";

/** A group of pictures (GOP) that outgrows this loses its beginning: who comes new waits for the next key frame. */
const mostKeptBytes = 16 << 20;

/** Of JPEG or PNG the newest picture is kept, of H.264 all since its last key frame. Pictures are numbered as they come. */
export class LiveStream {
  #kept: Picture[] = [];
  #first = 0;
  #bytes = 0;
  #lastGopMs = 0;
  /** The end mark, while nothing came after it. */
  end: Picture | undefined;

  /** The number of the first picture that is kept. */
  get first(): number {
    return this.#first;
  }
  /** The number that the next picture will have. */
  get count(): number {
    return this.#first + this.#kept.length;
  }
  get bytes(): number {
    return this.#bytes;
  }
  get kept(): readonly Picture[] {
    return this.#kept;
  }
  get newest(): Picture | undefined {
    return this.#kept.at(-1);
  }
  /** How long its groups of pictures are, by the last one and the one that is kept. */
  get gopMs(): number {
    return Math.max(this.#lastGopMs, this.#keptMs);
  }
  get #keptMs(): number {
    return (this.newest?.timestampMs ?? 0) - (this.#kept[0]?.timestampMs ?? 0);
  }
  /** False while nothing that is kept can be decoded, for want of a key frame. */
  get decodable(): boolean {
    return this.#kept[0]?.keyFrame ?? false;
  }

  at(number: number): Picture | undefined {
    return this.#kept[number - this.#first];
  }

  take(picture: Picture): void {
    if (picture.end) {
      this.end = picture;
      return;
    }
    this.end = undefined;
    // Another run begins with a key frame: without one, somebody's record says that it is of this stream.
    if (!picture.keyFrame && this.decodable && picture.run !== this.newest?.run) return;
    const begins = picture.keyFrame || this.count === 0;
    const broken = !begins && !follows(this.newest, picture);
    if (begins) this.#lastGopMs = this.#keptMs;
    if (begins || broken) this.#forget(this.#kept.length);
    if (broken) {
      // It has a number like any other, so that who has everything so far is not given what follows it.
      this.#first++;
      return;
    }
    this.#kept.push(picture);
    this.#bytes += picture.data.length;
    let tooMany = 0;
    for (let over = this.#bytes - mostKeptBytes; over > 0 && tooMany < this.#kept.length - 1; tooMany++) over -= this.#kept[tooMany]?.data.length ?? 0;
    if (tooMany > 0) this.#forget(tooMany);
  }

  /**
   * Puts the beginning of a GOP, which was looked up later, in front of the rest of it.
   * @param rest the picture that follows it; where another has become the first meanwhile, nothing is done
   */
  prepend(beginning: readonly Picture[], rest: Picture): void {
    if (this.#kept[0] !== rest || !beginning[0]?.keyFrame || !follows(beginning.at(-1), rest)) return;
    this.#kept.unshift(...beginning);
    this.#first -= beginning.length;
    this.#bytes += bytesOf(beginning);
  }

  #forget(count: number): void {
    this.#bytes -= bytesOf(this.#kept.splice(0, count));
    this.#first += count;
  }
}

/** Whether a picture can be decoded after another: nothing that it needs was left out. */
function follows(before: Picture | undefined, picture: Picture): boolean {
  return before?.type === picture.type && before.run === picture.run && before.partition === picture.partition && before.offset < picture.offset;
}

function bytesOf(pictures: readonly Picture[]): number {
  return pictures.reduce((sum, { data }) => sum + data.length, 0);
}
