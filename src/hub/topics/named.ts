/** What whoever runs kt said of topics, and no look at them tells. */
import type { TopicSummary } from "./summary.ts";

/** A topic that is drawn over another. */
export interface Overlay {
  detections: string;
  video: string;
}

export interface Named {
  overlays?: readonly Overlay[] | undefined;
  /** Whether a topic may be written to here. */
  takes?: ((topic: string) => boolean) | undefined;
}

export function withNamed(seen: TopicSummary, { overlays = [], takes = () => false }: Named): TopicSummary {
  const summary = takes(seen.name) ? { ...seen, takes: true } : seen;
  const given = overlays.filter(({ detections }) => detections === summary.name).map(({ video }) => video);
  return given.length > 0 ? { ...summary, detections: { keys: [], named: [], ...summary.detections, given } } : summary;
}
