/** What went out to whom, since the server began. */

export const viewerKinds = ["page", "mjpeg", "events", "clip", "hls"] as const;
export type ViewerKind = (typeof viewerKinds)[number];

interface Count {
  viewers: number;
  frames: number;
  dropped: number;
  bytes: number;
}

const counts = Object.fromEntries(viewerKinds.map((kind) => [kind, { viewers: 0, frames: 0, dropped: 0, bytes: 0 }])) as Record<ViewerKind, Count>;

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
  /** @param dropped frames that were left out before it */
  sent(kind: ViewerKind, bytes: number, dropped = 0): void {
    counts[kind].frames++;
    counts[kind].bytes += bytes;
    counts[kind].dropped += dropped;
  },
};
