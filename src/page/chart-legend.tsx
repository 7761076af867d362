/** A chart's lines by name, each with its value where the pointer is, or its last; a press hides a line. */
import type { Lines } from "./lines.ts";
import { numberText } from "./ticks.ts";
import { exactText, momentText, plural, zoneText } from "./words.ts";

interface Props {
  lines: Lines;
  colours: string[];
  hidden: ReadonlySet<string>;
  /** Of the lines' times. */
  pointed: number;
  onToggle(line: string): void;
}

export function ChartLegend({ lines, colours, hidden, pointed, onToggle }: Props) {
  const { names, timesMs } = lines;
  const time = timesMs[pointed];
  return (
    <ul class="legend" aria-label="Lines">
      <li>
        <time title={time === undefined ? "" : exactText(time)}>{time === undefined ? "" : `${momentText(time, Date.now())} ${zoneText(time)}`}</time>
      </li>
      {names.map((name, i) => {
        const value = valueAt(lines, i, pointed);
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

/** The line's numbers there or, where another line has a point and this one none, its last before. */
function valueAt({ means, lows, highs, counts }: Lines, line: number, pointed: number): { mean: number; low: number; high: number; count: number } | null {
  const at = (means[line] ?? []).findLastIndex((mean, index) => index <= pointed && mean !== null);
  const [mean, low, high, count] = [means[line]?.[at], lows[line]?.[at], highs[line]?.[at], counts[line]?.[at]];
  return typeof mean === "number" && typeof low === "number" && typeof high === "number" ? { mean, low, high, count: count ?? 0 } : null;
}
