/** What a chart draws as CSV: a row for each time, and of each line its mean, with the least and the greatest where it is of several numbers. Pure. */
import { type CsvCell, csvRow } from "../../../format/csv.ts";
import { isoText } from "../../parts/words.ts";
import type { Lines, TimeRange } from "./lines.ts";

/**
 * @param hidden lines that are not drawn
 * @param seen the stretch that is looked at; null is all
 */
export function chartCsv({ names, timesMs, means, lows, highs, counts }: Lines, hidden: ReadonlySet<string>, seen: TimeRange | null): string {
  const shown = names.flatMap((name, line) => (hidden.has(name) ? [] : [{ name, line }]));
  const ofSeveral = new Set(shown.flatMap(({ line }) => (counts[line]?.some((count) => count > 1) ? [line] : [])));
  const header = shown.flatMap(({ name, line }) => (ofSeveral.has(line) ? [name, `${name} least`, `${name} greatest`, `${name} count`] : [name]));
  const rows = timesMs.flatMap((timeMs, at) => {
    if (seen && (timeMs < seen.fromMs || timeMs > seen.toMs)) return [];
    // A place may be there for a line that is hidden.
    if (shown.every(({ line }) => drawn(means[line]?.[at]) === null)) return [];
    const cells = shown.flatMap(({ line }): CsvCell[] => {
      const of = (columns: (number | null)[][]) => drawn(columns[line]?.[at]);
      return ofSeveral.has(line) ? [of(means), of(lows), of(highs), counts[line]?.[at] ?? 0] : [of(means)];
    });
    return [csvRow([isoText(timeMs), ...cells])];
  });
  return [csvRow(["time", ...header]), ...rows].join("");
}

/** What is no number to draw is none in a file either. */
function drawn(value: number | null | undefined): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
