/** Sightings of labels, as events: from when to when each was seen. Pure. */

/** What one record says. */
export interface Sighting {
  atMs: number;
  /** Each label once, with its best score. */
  labels: ReadonlyMap<string, number | null>;
}

export interface SeenEvent {
  label: string;
  startMs: number;
  endMs: number;
  /** When it was seen best, and with which score. */
  bestMs: number;
  score: number | null;
  /** How many sightings it is of. */
  count: number;
}

/** What was not seen for so long, and comes again, is another event; */
const leastApartMs = 2000;
/** but on a line that shows all, no more than so many parts can be told apart. */
const mostParts = 400;
export const mostEvents = 600;

/**
 * @param span of which time they are; null for all
 * @param stepMs where only some records were read, how far apart: what lies between two that say the same is taken for the same
 * @returns in the order of their beginnings
 */
export function eventsOf(sightings: readonly Sighting[], span: { fromMs: number; toMs: number } | null, stepMs = 0): SeenEvent[] {
  const own = sightings.filter(({ atMs }) => Number.isFinite(atMs) && (!span || (atMs >= span.fromMs && atMs <= span.toMs))).sort((a, b) => a.atMs - b.atMs);
  const [first, last] = [own[0], own.at(-1)];
  if (!first || !last) return [];
  for (let apartMs = Math.max(leastApartMs, (last.atMs - first.atMs) / mostParts); ; apartMs *= 2) {
    const events = joined(own, apartMs, stepMs);
    // Labels alone may be more than that: then those that were seen most are meant.
    const labels = new Set(events.map(({ label }) => label)).size;
    if (events.length <= mostEvents) return events.sort((a, b) => a.startMs - b.startMs);
    if (labels >= events.length)
      return events
        .sort((a, b) => b.count - a.count)
        .slice(0, mostEvents)
        .sort((a, b) => a.startMs - b.startMs);
  }
}

function joined(sightings: readonly Sighting[], apartMs: number, stepMs: number): SeenEvent[] {
  const events: SeenEvent[] = [];
  const open = new Map<string, SeenEvent>();
  let beforeMs = Number.NEGATIVE_INFINITY;
  for (const { labels, atMs } of sightings) {
    for (const [label, score] of labels) {
      const event = open.get(label);
      // No record that was read says between them that it was not there.
      const goesOn = event && (atMs - event.endMs <= apartMs || (event.endMs === beforeMs && atMs - event.endMs <= stepMs));
      if (!goesOn) {
        const begun = { label, startMs: atMs, endMs: atMs, bestMs: atMs, score, count: 1 };
        open.set(label, begun);
        events.push(begun);
        continue;
      }
      event.endMs = atMs;
      event.count++;
      if ((score ?? 1) > (event.score ?? 1)) Object.assign(event, { score, bestMs: atMs });
    }
    beforeMs = atMs;
  }
  return events;
}
