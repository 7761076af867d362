/** What something costs the more there is of it; both ways by tens, with the line on which cost grows as the work does. */
import type { Growth } from "./figure.ts";
import { median, steepSteps } from "./judge.ts";
import { short } from "./numbers.ts";
import { at, dot, line, marksOf, picture, text } from "./svg.ts";

const [width, height, left, right, top, bottom] = [440, 280, 64, 24, 40, 44];

export function growthChart({ name, of, unit, points, ...rest }: Growth): string {
  const costs = points.map(({ values }) => median(values));
  const [first, last] = [points[0]?.count ?? 1, points.at(-1)?.count ?? 1];
  const base = costs[0] ?? 1;
  const [least, most] = [Math.min(...costs) / 1.5, Math.max(...costs) * 1.5];
  const x = (count: number) => left + ((width - left - right) * Math.log(count / first)) / Math.log(last / first);
  const y = (cost: number) => height - bottom - ((height - top - bottom) * Math.log(cost / least)) / Math.log(most / least);
  const kind = steepSteps({ name, of, unit, points, ...rest }).length > 0 ? "bad" : "good";
  const marks = marksOf(least, most, most / least > 30 ? [1] : [1, 2, 5]);
  // As far as it stays in the picture.
  const straight = Math.min(last, (first * most) / base);
  return picture(width, height, `${name}, ${unit}, by ${of}`, [
    text(left, 20, `${name}, ${unit}`),
    ...marks.flatMap((mark) => [line(left, y(mark), width - right, y(mark), "rule"), text(left - 8, y(mark) + 4, short(mark), "end", "quiet")]),
    ...points.map(({ count }) => text(x(count), height - bottom + 18, count.toLocaleString("en-US"), "middle", "quiet")),
    text((left + width - right) / 2, height - 8, of, "middle", "quiet"),
    line(x(first), y(base), x(straight), y((base * straight) / first), "mark"),
    `<polyline class="line ${kind}" points="${points.map(({ count }, i) => `${at(x(count))},${at(y(costs[i] as number))}`).join(" ")}"/>`,
    ...points.map(({ count }, i) => dot(x(count), y(costs[i] as number), kind)),
  ]);
}
