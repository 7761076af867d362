/** What went out to whom, since the server began. */
import type { Distribution } from "../format/prometheus.ts";

export const viewerKinds = ["page", "mjpeg", "events", "clip", "hls"] as const;
export type ViewerKind = (typeof viewerKinds)[number];

/** Upper bounds in seconds, the last everything above. */
const ageBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Number.POSITIVE_INFINITY];

interface Count {
  viewers: number;
  frames: number;
  dropped: number;
  bytes: number;
  /** How old live pictures were when they were sent. */
  ages: { counts: number[]; sum: number; count: number };
}

const counts = Object.fromEntries(
  viewerKinds.map((kind) => [kind, { viewers: 0, frames: 0, dropped: 0, bytes: 0, ages: { counts: ageBounds.map(() => 0), sum: 0, count: 0 } }]),
) as Record<ViewerKind, Count>;

export const traffic = {
  counts: counts as Readonly<Record<ViewerKind, Readonly<Count>>>,

  /** Somebody looks, until the function is called that comes back; once more does nothing. */
  enter(kind: ViewerKind): () => void {
    let inside = true;
    counts[kind].viewers++;
    return () => {
      if (inside) counts[kind].viewers--;
      inside = false;
    };
  },
  /** Frames that go together. @param bytes of all of them */
  sentTogether(kind: ViewerKind, frames: number, bytes: number): void {
    counts[kind].frames += frames;
    counts[kind].bytes += bytes;
  },
  /** Of all live pictures that went to viewers of a kind. */
  ages: (kind: ViewerKind): Distribution => ({ bounds: ageBounds, ...counts[kind].ages }),
  /**
   * @param dropped frames that were left out before it
   * @param timestampMs of a live picture; what is out of the log has the age that its viewer wished
   */
  sent(kind: ViewerKind, bytes: number, dropped = 0, timestampMs?: number): void {
    traffic.sentTogether(kind, 1, bytes);
    counts[kind].dropped += dropped;
    if (timestampMs === undefined) return;
    const age = Math.max(0, Date.now() - timestampMs) / 1000;
    const { ages } = counts[kind];
    const bucket = ageBounds.findIndex((bound) => age <= bound);
    ages.counts[bucket] = (ages.counts[bucket] ?? 0) + 1;
    ages.sum += age;
    ages.count++;
  },
};
