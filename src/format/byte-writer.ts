/** Bytes that are written one after the other into memory that is used again. */
const billion = 1_000_000_000;
const zero = 48;
const minus = 45;
/** The digits of 2^53 and a sign. */
const longestNumber = 20;

export class ByteWriter {
  #bytes = Buffer.allocUnsafeSlow(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** What was written since the last clear; a view that the next write changes. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
  get length(): number {
    return this.#length;
  }
  clear(): void {
    this.#length = 0;
  }

  /** Makes room for so many bytes and says where they begin; `filled` says where they ended. */
  reserve(size: number): number {
    if (this.#length + size > this.#bytes.length) this.#grow(size);
    return this.#length;
  }
  get memory(): Buffer {
    return this.#bytes;
  }
  filled(end: number): void {
    this.#length = end;
  }

  byte(value: number): void {
    const at = this.reserve(1);
    this.#bytes[at] = value;
    this.#length = at + 1;
  }

  bytes(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.#bytes.set(bytes, at);
    this.#length = at + bytes.length;
  }

  /** Bytes [from, to) of the source. */
  copy(source: Buffer, from: number, to: number): void {
    const length = to - from;
    const at = this.reserve(length);
    const bytes = this.#bytes;
    // A call into the runtime costs more than a few bytes do.
    if (length > 24) source.copy(bytes, at, from, to);
    else for (let i = 0; i < length; i++) bytes[at + i] = source[from + i] as number;
    this.#length = at + length;
  }

  latin1(text: string): void {
    const at = this.reserve(text.length);
    this.#length = at + this.#bytes.write(text, at, "latin1");
  }

  text(text: string): void {
    const at = this.reserve(text.length * 3);
    this.#length = at + this.#bytes.write(text, at);
  }

  /** A whole number in decimal digits. */
  number(value: number | bigint): void {
    if (typeof value === "bigint") this.latin1(String(value));
    else this.#number(value);
  }

  #number(value: number): void {
    let at = this.reserve(longestNumber);
    let left = value;
    if (left < 0) {
      this.#bytes[at++] = minus;
      left = -left;
    }
    const high = Math.floor(left / billion);
    // Each half fits in 32 bits, where dividing is cheap.
    if (high > 0) {
      at = this.#digits(at, high, digitCount(high));
      at = this.#digits(at, left - high * billion, 9);
    } else at = this.#digits(at, left, digitCount(left));
    this.#length = at;
  }

  /** The lowest bytes of a whole number. */
  integer(value: number | bigint, bytes: 1 | 2 | 4 | 8, littleEndian: boolean): void {
    const at = this.reserve(8);
    if (bytes === 8) this.#view.setBigInt64(at, BigInt(value), littleEndian);
    else if (bytes === 4) this.#view.setInt32(at, Number(BigInt.asIntN(32, BigInt(value))), littleEndian);
    else if (bytes === 2) this.#view.setInt16(at, Number(BigInt.asIntN(16, BigInt(value))), littleEndian);
    else this.#view.setInt8(at, Number(BigInt.asIntN(8, BigInt(value))));
    this.#length = at + bytes;
  }

  #digits(at: number, value: number, count: number): number {
    let left = value | 0;
    for (let i = at + count - 1; i >= at; i--) {
      const next = (left / 10) | 0;
      this.#bytes[i] = zero + left - next * 10;
      left = next;
    }
    return at + count;
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + needed));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function digitCount(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) count++;
  return count;
}
