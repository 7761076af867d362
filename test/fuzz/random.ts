/** Chance that can be repeated: the same seed brings the same choices. */

export interface Random {
  /** From 0 to less than 1. */
  next(): number;
  /** A whole number from 0 to less than `below`. */
  below(below: number): number;
  /** True once in so many times. */
  oneIn(times: number): boolean;
  of<Item>(items: readonly Item[]): Item;
  bytes(length: number): Uint8Array;
}

/** mulberry32: 32 bits of state are enough to reach every branch. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most: number) => Math.floor(next() * most);
  return {
    next,
    below,
    oneIn: (times) => below(times) === 0,
    of: (items) => items[below(items.length)] as (typeof items)[number],
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  };
}

/** Numbers at which something ends: of a byte, an int, a long, a double. */
export const edges = [0, -1, 1, 0.5, 127, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 63, -(2 ** 63), 1e300, -1e300, 5e-324];

/** Texts that somebody's parser took for something else. */
export const texts = [
  ...["", " ", "0", "-0", "00", "null", "undefined", "NaN", "Infinity", "true", "[]", "{}", "__proto__", "constructor", "toString"],
  ...["start", "end", "resume", "-1", "-100", "42", "@0", "@-1h", "@99999999999999999999", "@1e9", "2026-02-31", "2026-01-31T12:00:00Z", "0=1,1=@-1h"],
  ...["9007199254740993", "99999999999999999999999", "1e3", "0x10", "١", "−1", "1_000", "1,5", ".5", "5."],
  ...[
    "../../etc/passwd",
    "..%2f",
    "%00",
    "%",
    "%zz",
    "%ff%fe",
    "a\u0000b",
    "é",
    "\u202e",
    "\ud800",
    "💥",
    "'\"<script>",
    "\r\nX: y",
    "a".repeat(300),
    "b".repeat(5000),
  ],
];
