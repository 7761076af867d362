/** A chart's lines by name, each with its value where the pointer is, or its last; a press hides a line. */

import { exactText, momentText, plural, zoneText } from "../../parts/words.ts";
import type { Lines } from "./lines.ts";
import { numberText } from "./ticks.ts";

interface Props {
  lines: Lines;
  colours: string[];
  hidden: ReadonlySet<string>;
  /** Of the lines' times; null shows what the lines end with. */
  pointed: number | null;
  onToggle(line: string): void;
}

export function ChartLegend({ lines, colours, hidden, pointed, onToggle }: Props) {
  const { names, timesMs } = lines;
  const at = pointed ?? timesMs.length - 1;
  const time = timesMs[at];
  return (
    <ul class="legend" aria-label="Lines">
      <li>
        <time title={time === undefined ? "" : exactText(time)}>{time === undefined ? "" : `${momentText(time, Date.now())} ${zoneText(time)}`}</time>
      </li>
      {names.map((name, i) => {
        const value = (pointed === null ? lastOf(lines, i) : null) ?? valueAt(lines, i, at);
        return (
          <li key={name}>
            <button type="button" aria-pressed={!hidden.has(name)} onClick={() => onToggle(name)}>
              <i style={{ background: `var(${colours[i]})` }} />
              <span>{name || '""'}</span>
              <b>{value === null ? "–" : numberText(value.mean)}</b>
              {value !== null && value.low < value.high && (
                <small title={`The mean of ${plural(value.count, "number")}, and the least and the greatest`}>
                  {numberText(value.low)} to {numberText(value.high)}
                </small>
              )}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

interface Value {
  mean: number;
  low: number;
  high: number;
  count: number;
}

function lastOf({ lasts }: Lines, line: number): Value | null {
  const last = lasts[line];
  return typeof last === "number" ? { mean: last, low: last, high: last, count: 1 } : null;
}

/** The line's numbers there or, where another line has a point and this one none, its last before. */
function valueAt({ means, lows, highs, counts }: Lines, line: number, pointed: number): Value | null {
  const at = (means[line] ?? []).findLastIndex((mean, index) => index <= pointed && mean !== null);
  const [mean, low, high, count] = [means[line]?.[at], lows[line]?.[at], highs[line]?.[at], counts[line]?.[at]];
  return typeof mean === "number" && typeof low === "number" && typeof high === "number" ? { mean, low, high, count: count ?? 0 } : null;
}
