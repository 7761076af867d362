/** What is to be said of a time at which nothing was recorded. Pure. */

/** A time without pictures of a stream. */
export interface Gap {
  /** When the last picture before it was taken; null where the log holds none. */
  fromMs: number | null;
  /** When the first one after it was; null where there is none so far. */
  toMs: number | null;
}

/** What a piece that was asked for by a time says of that time. */
export interface PiecePlace {
  /**
   * Which time of the log it is: the one that was asked for, but where that is still to come the time of the stream's
   * newest picture. null of a piece that was asked for by a picture, and where the log has none of the stream.
   */
  timeMs: number | null;
  /** Where nothing was recorded around that time; null where pictures stand close enough together. */
  gap: Gap | null;
}

/** What else is known where the stretches of a stream are. */
export interface ExtentEnd {
  /** A pause that is longer than this is a gap between two stretches, or the end of the last one. */
  gapMs: number;
  /**
   * The last stretch goes on, as far as can be told: its last picture is no older than such a pause, by the server's
   * clock, and its source has not said that it ended. Where it is false, nothing was recorded since.
   */
  open: boolean;
}

/** A pause of this length is a gap, */
const leastGapMs = 2000;
/** where pictures come oftener than so many times in it. */
const gapIntervals = 4;

/** How long a pause is a gap in a stream whose pictures are so far apart. */
export function gapMsOf(intervalMs: number): number {
  return Math.max(leastGapMs, gapIntervals * intervalMs);
}

/**
 * @param before when the last picture up to that time was taken; undefined where there is none
 * @param after when the first one after it was
 * @param nowMs what is later is still to come
 */
export function placeAt(timeMs: number, before: number | undefined, after: number | undefined, gapMs: number, nowMs: number): PiecePlace {
  if (before === undefined && after === undefined) return { timeMs: null, gap: null };
  if (before !== undefined && after === undefined && timeMs > nowMs) return { timeMs: before, gap: null };
  const inGap = before === undefined || (after ?? nowMs) - before > gapMs;
  return { timeMs, gap: inGap && timeMs !== before ? { fromMs: before ?? null, toMs: after ?? null } : null };
}
