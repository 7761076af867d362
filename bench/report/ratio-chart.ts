/** All that was measured side by side, as how many times as good as the other kt is: right of 1 is better. */
import type { Figure } from "./figure.ts";
import { holds, ratioOf } from "./judge.ts";
import { dot, line, marksOf, picture, text } from "./svg.ts";

const [scale, right, top, row] = [380, 64, 34, 24];
/** Of the letters, on average and with something to spare. */
const letter = 6.6;

interface Row {
  words: string;
  kind: "good" | "bad";
  value: number;
  least: number;
  most: number;
  bar: number | undefined;
}

/** A cost is turned round, so that more is better everywhere. */
function rowOf(figure: Figure): Row[] {
  const ratio = ratioOf(figure);
  if (!ratio) return [];
  const good = (value: number) => (figure.better === "more" ? value : 1 / value);
  const ends = [good(ratio.least), good(ratio.most)];
  const bar = figure.bar?.least ?? figure.bar?.most;
  const value = good(ratio.median);
  return [
    {
      words: `${figure.name}, beside ${figure.other?.name}`,
      kind: (holds(figure) ?? value >= 1) ? "good" : "bad",
      value,
      least: Math.min(...ends),
      most: Math.max(...ends),
      bar: bar === undefined ? undefined : good(bar),
    },
  ];
}

/** @returns undefined where nothing was measured beside another */
export function ratioChart(title: string, figures: Figure[]): string | undefined {
  const rows = figures.flatMap(rowOf);
  if (rows.length === 0) return undefined;
  const left = 12 + Math.ceil(letter * Math.max(...rows.map(({ words }) => words.length)));
  const width = left + scale + right;
  const all = rows.flatMap(({ least, most, bar }) => [least, most, bar ?? 1]);
  const [least, most] = [Math.min(0.5, ...all) / 1.1, Math.max(2, ...all) * 1.1];
  const x = (value: number) => left + (scale * Math.log(value / least)) / Math.log(most / least);
  const bottom = top + rows.length * row;
  const marks = marksOf(least, most).flatMap((mark) => [
    line(x(mark), top - 6, x(mark), bottom, mark === 1 ? "mark" : "rule"),
    text(x(mark), top - 12, String(mark), "middle", "quiet"),
  ]);
  const drawn = rows.flatMap(({ words, kind, value, least, most, bar }, i) => {
    const y = top + (i + 0.5) * row;
    return [
      text(left - 12, y + 4, words, "end"),
      line(x(least), y, x(most), y, kind),
      dot(x(value), y, kind),
      ...(bar === undefined ? [] : [line(x(bar), y - 8, x(bar), y + 8, "mark")]),
      text(width - right + 10, y + 4, `${value.toFixed(2)}×`, "start", "quiet"),
    ];
  });
  return picture(width, bottom + 12, title, [...marks, ...drawn]);
}
