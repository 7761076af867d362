/** A chart's lines by name, each with its value where the pointer is, or its last; a press hides a line. */
import type { Lines } from "./samples.ts";
import { numberText } from "./ticks.ts";
import { exactText, momentText, zoneText } from "./words.ts";

interface Props {
  lines: Lines;
  colours: string[];
  hidden: ReadonlySet<string>;
  pointed: number | null;
  onToggle(line: string): void;
}

export function ChartLegend({ lines, colours, hidden, pointed, onToggle }: Props) {
  const { names, timesMs, values } = lines;
  const at = pointed ?? timesMs.length - 1;
  const time = timesMs[at];
  return (
    <ul class="legend" aria-label="Lines">
      <li>
        <time title={time === undefined ? "" : exactText(time)}>{time === undefined ? "" : `${momentText(time, Date.now())} ${zoneText(time)}`}</time>
      </li>
      {names.map((name, i) => {
        const value = valueAt(values[i] ?? [], at);
        return (
          <li key={name}>
            <button type="button" aria-pressed={!hidden.has(name)} onClick={() => onToggle(name)}>
              <i style={{ background: `var(${colours[i]})` }} />
              <span>{name || '""'}</span>
              <b>{value === null ? "–" : numberText(value)}</b>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** The line's value there or, where another line has a point and this one none, its last before. */
function valueAt(values: (number | null)[], at: number): number | null {
  for (let index = at; index >= 0; index--) if (values[index] !== null && values[index] !== undefined) return values[index] ?? null;
  return null;
}
