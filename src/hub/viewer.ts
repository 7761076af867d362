/** A live viewer of one stream: it always gets the newest picture, and never a queue. */
import type { LiveHub } from "./live.ts";
import type { Picture } from "./picture.ts";

export interface LiveViewer {
  /** The newest picture that was not given yet; waits for one. undefined once closed. */
  next(): Promise<Picture | undefined>;
  close(): void;
}

/**
 * @param key the stream; without one, the stream of the first picture that is seen
 * @throws KtError unknown_topic
 */
export async function viewLive(hub: LiveHub, topic: string, key: string | undefined): Promise<LiveViewer> {
  let chosen = key;
  let newest: Picture | undefined;
  let wake: (() => void) | undefined;
  let closed = false;
  const see = (picture: Picture) => {
    if (picture.end || picture.data.length === 0) return;
    chosen ??= picture.key;
    if (picture.key !== chosen) return;
    newest = picture;
    wake?.();
  };
  const watch = await hub.watch(topic, { onPicture: see });
  const latest = [...watch.feed.pictures.values()].sort((a, b) => b.timestampMs - a.timestampMs);
  for (const picture of latest) see(picture);
  return {
    async next() {
      while (!newest && !closed) await new Promise<void>((resolve) => (wake = resolve));
      const picture = newest;
      newest = undefined;
      return closed ? undefined : picture;
    },
    close() {
      closed = true;
      watch.close();
      wake?.();
    },
  };
}
