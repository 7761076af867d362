/** Where in a partition to look next for a stream. Pure. */
import { gapMsOf } from "../log/gap.ts";
import type { Offsets, Pace, Sighting, Sightings } from "./sightings.ts";

/** Of a look at one place. */
export interface LookSize {
  records: number;
  bytes: number;
}

/** Where nothing is known of the stream nearby, */
export const shortLook: LookSize = { records: 256, bytes: 1 << 20 };
/** and where there is time to look at everything in the end: what a look takes anyway is as long as what this takes. */
export const longLook: LookSize = { records: 8192, bytes: 2 << 20 };
/** Next to its own pictures it is to be known for certain whether there are more of them. */
const besideLook: LookSize = { records: 4096, bytes: 8 << 20 };
/** However large they are, so that those of a wall of streams are among them. */
const leastRecords = 32;
/** A stream that is not seen among so many times as many records as lie between two of its pictures is not there. */
const certainty = 4;
/** A stretch without the stream on either side is looked into last: it was not seen there by those who looked so far. */
const patience = 8;
/** Looks into one stretch at once: more would be there sooner, and be of less use each. */
const mostTogether = 2;

/** So many records of other streams between two of its own are no gap. @param meanBytes of the partition's records */
export function reachOf({ spacing }: Pace, meanBytes: number): number {
  return fitting({ ...besideLook, records: Math.min(besideLook.records, Math.max(fitting(shortLook, meanBytes), certainty * spacing)) }, meanBytes);
}

function fitting({ records, bytes }: LookSize, meanBytes: number): number {
  return Math.max(leastRecords, Math.min(records, Math.floor(bytes / Math.max(1, meanBytes))));
}

export interface Wish {
  key: string;
  /** The offsets that matter. */
  range: Offsets;
  /** Stretches of so many offsets without the stream on either side are left alone. */
  goal: number;
  look: LookSize;
  /** So many places at once. */
  most: number;
}

/** The next places, the most useful ones; none where enough is known. @param meanBytes of the partition's records */
export function placesToLook(sightings: Sightings, { key, range: { from, to }, goal, look, most }: Wish, meanBytes: number): Offsets[] {
  const pace = sightings.pace(key);
  const near = reachOf(pace, meanBytes);
  const far = fitting(look, meanBytes);
  const holes = sightings.holes(from, to);
  // First of all where the range begins and ends: what is live is at the end.
  const [first, last] = [holes[0], holes.at(-1)];
  const ends: Offsets[] = [];
  if (first?.from === from) ends.push({ from, to: Math.min(first.to, from + far) });
  if (last?.to === to && last.to > (ends[0]?.to ?? from)) ends.push({ from: Math.max(last.from, ends[0]?.to ?? from, to - far), to });
  if (ends.length > 0) return ends;
  const weighed = holes.flatMap((hole) => {
    const before = sightings.previous(key, hole.from)?.last;
    const after = sightings.next(key, hole.to)?.first;
    const left = before !== undefined && hole.from - before.offset <= near;
    const right = after !== undefined && after.offset - hole.to <= near;
    if (before && after && left && right && goesOn(before, after, pace)) return [];
    const size = hole.to - hole.from;
    if (left || right) return [{ hole, size, look: near }];
    return size > goal ? [{ hole, size: size / patience, look: far }] : [];
  });
  const heaviest = weighed.sort((a, b) => b.size - a.size).slice(0, most);
  return heaviest.flatMap(({ hole, look }, i) => spreadIn(hole, look, i === 0 ? Math.min(mostTogether, most - heaviest.length + 1) : 1));
}

/** Whether the stream went on between two pictures as it did before and after, as far as their numbers, or the records between, can tell. */
export function goesOn(a: Sighting, b: Sighting, { intervalMs, meanSpacing }: Pace): boolean {
  if (a.run !== b.run) return false;
  const gapMs = gapMsOf(intervalMs);
  const pausedMs = b.timestampMs - a.timestampMs;
  if (pausedMs <= gapMs) return true;
  const numbered = a.sequence !== null && b.sequence !== null && b.sequence > a.sequence;
  const pictures = numbered ? (b.sequence as number) - (a.sequence as number) : (b.offset - a.offset) / Math.max(1, meanSpacing);
  return pausedMs <= pictures * intervalMs * 1.2 + gapMs / 2;
}

function spreadIn({ from, to }: Offsets, look: number, most: number): Offsets[] {
  const size = to - from;
  if (size <= 2 * look) return [{ from, to }];
  const count = Math.min(most, Math.floor(size / look) - 1);
  return Array.from({ length: count }, (_, i) => {
    const begin = from + Math.floor(((size - look) * (i + 1)) / (count + 1));
    return { from: begin, to: begin + look };
  });
}
