/**
 * Offsets and times in packed bytes are 64 bits, little-endian. Nearly all stay below 2^53, so two halves make
 * an exact number without a BigInt.
 */
const twoTo32 = 2 ** 32;
/** The high half of a number that a double holds. */
const safeHigh = 2 ** 21;

/** Rounded where a double does not hold it. */
export function readInt64(view: DataView, at: number): number {
  return view.getInt32(at + 4, true) * twoTo32 + view.getUint32(at, true);
}

/** Exact: a BigInt where a double does not hold it. */
export function readExactInt64(view: DataView, at: number): number | bigint {
  const high = view.getInt32(at + 4, true);
  return high >= -safeHigh && high < safeHigh ? high * twoTo32 + view.getUint32(at, true) : view.getBigInt64(at, true);
}

export function writeInt64(view: DataView, at: number, value: number | bigint): void {
  if (typeof value === "bigint") view.setBigInt64(at, value, true);
  else {
    view.setUint32(at, value >>> 0, true);
    view.setInt32(at + 4, Math.floor(value / twoTo32), true);
  }
}
