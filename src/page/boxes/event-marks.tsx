/** What was seen, as marks on the timeline: a row for each of the labels that were seen most, and one for all others. */

import { colorOfLabel } from "../../format/detections/colors.ts";
import type { SeenEvent } from "../../protocol/server-message.ts";

const mostRows = 3;

interface Props {
  events: readonly SeenEvent[];
  shown: { fromMs: number; toMs: number };
}

export function EventMarks({ events, shown: { fromMs, toMs } }: Props) {
  const counts = new Map<string, number>();
  for (const { label, count } of events) counts.set(label, (counts.get(label) ?? 0) + count);
  const rows = [...counts].sort(([, a], [, b]) => b - a).map(([label]) => label);
  const percent = (ms: number) => `${((100 * ms) / (toMs - fromMs)).toFixed(3)}%`;
  return (
    <>
      {events
        .filter(({ startMs, endMs }) => endMs >= fromMs && startMs <= toMs)
        .map(({ label, startMs, endMs }) => {
          const [from, to] = [Math.max(startMs, fromMs), Math.min(endMs, toMs)];
          const row = Math.min(mostRows - 1, rows.indexOf(label));
          return (
            <i
              key={`${label}${startMs}`}
              class="event"
              style={{ left: percent(from - fromMs), width: percent(to - from), top: `${16 + 2.5 * row}px`, background: colorOfLabel(label) }}
            />
          );
        })}
    </>
  );
}
