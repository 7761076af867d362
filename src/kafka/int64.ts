/**
 * Offsets and times in packed bytes are 64 bits, little-endian. They stay below 2^53, so two halves make
 * an exact number without a BigInt.
 */
const twoTo32 = 2 ** 32;

export function readInt64(view: DataView, at: number): number {
  return view.getInt32(at + 4, true) * twoTo32 + view.getUint32(at, true);
}

export function writeInt64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setInt32(at + 4, Math.floor(value / twoTo32), true);
}
