/**
 * Kafka's protocol as bytes, for the few requests that librdkafka has no call for: https://kafka.apache.org/protocol.
 * Flexible is what KIP-482 made of it: lengths are varints, one more than they say, and every structure ends with tags.
 */
import { KtError } from "../../errors.ts";

export class WireWriter {
  readonly #flexible: boolean;
  readonly #pieces: Buffer[] = [];

  constructor(flexible: boolean) {
    this.#flexible = flexible;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  int32(value: number): this {
    const piece = Buffer.alloc(4);
    piece.writeInt32BE(value);
    this.#pieces.push(piece);
    return this;
  }

  boolean(value: boolean): this {
    this.#pieces.push(Buffer.of(value ? 1 : 0));
    return this;
  }

  string(text: string): this {
    const bytes = Buffer.from(text);
    if (this.#flexible) this.#varint(bytes.length + 1);
    else this.#pieces.push(Buffer.of(bytes.length >> 8, bytes.length & 0xff));
    this.#pieces.push(bytes);
    return this;
  }

  /** @param items null is what the protocol calls null: all of them, mostly */
  list<T>(items: readonly T[] | null, write: (item: T) => void): this {
    if (this.#flexible) this.#varint(items ? items.length + 1 : 0);
    else this.int32(items ? items.length : -1);
    for (const item of items ?? []) write(item);
    return this;
  }

  /** None; the last of a request librdkafka writes itself. */
  tags(): this {
    if (this.#flexible) this.#pieces.push(Buffer.of(0));
    return this;
  }

  #varint(value: number): void {
    const bytes: number[] = [];
    for (let rest = value; ; rest >>>= 7) {
      bytes.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
      if (rest <= 0x7f) break;
    }
    this.#pieces.push(Buffer.from(bytes));
  }
}

/** @throws KtError kafka, by every method, where the bytes end too soon */
export class WireReader {
  readonly #bytes: Buffer;
  readonly #flexible: boolean;
  #at = 0;

  constructor(bytes: Buffer, flexible: boolean) {
    this.#bytes = bytes;
    this.#flexible = flexible;
  }

  int8(): number {
    return this.#take(1).readInt8();
  }

  int16(): number {
    return this.#take(2).readInt16BE();
  }

  int32(): number {
    return this.#take(4).readInt32BE();
  }

  /** Offsets and sizes, which are far from where numbers are not exact any more. */
  int64(): number {
    return Number(this.#take(8).readBigInt64BE());
  }

  /** null, where the protocol allows that, is "". */
  string(): string {
    const length = this.#flexible ? this.#varint() - 1 : this.int16();
    return length > 0 ? this.#take(length).toString() : "";
  }

  data(): Buffer {
    const length = this.#flexible ? this.#varint() - 1 : this.int32();
    return this.#take(Math.max(0, length));
  }

  skip(length: number): void {
    this.#take(length);
  }

  list<T>(read: () => T): T[] {
    const count = this.#flexible ? this.#varint() - 1 : this.int32();
    // Each takes a byte at least: what says more is not believed, and no memory is asked for it.
    if (count > this.#bytes.length - this.#at) throw garbled();
    return Array.from({ length: Math.max(0, count) }, read);
  }

  /** What is in them is for others. */
  tags(): void {
    if (!this.#flexible) return;
    for (let left = this.#varint(); left > 0; left--) {
      this.#varint();
      this.#take(this.#varint());
    }
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw garbled();
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#take(1)[0] as number;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw garbled();
  }
}

function garbled(): KtError {
  return new KtError({ code: "kafka", message: "A broker's answer breaks off, or is not as the protocol has it.", retryable: true });
}
