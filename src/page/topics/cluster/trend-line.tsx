/** A small line of how a lag went, from nothing to the most that it was. */
import { trendWords } from "./lag-words.ts";

const width = 96;
const height = 22;
/** So that a line at the edge is as thick as elsewhere. */
const edge = 1.5;

interface Props {
  timesMs: readonly number[];
  trend: readonly (number | null)[];
}

export function TrendLine({ timesMs, trend }: Props) {
  const words = trendWords(timesMs, trend);
  if (words === undefined) return <span class="soft">begins now</span>;
  const most = Math.max(1, ...trend.map((lag) => lag ?? 0));
  const [first = 0, last = 1] = [timesMs[0], timesMs.at(-1)];
  const span = Math.max(1, last - first);
  const points = trend.map((lag, i) => (lag === null ? null : `${x(((timesMs[i] ?? 0) - first) / span)},${y(lag / most)}`));
  // A line ends where the lag was not known, and begins anew.
  const path = points.map((point, i) => (point === null ? "" : `${points[i - 1] ? "L" : "M"}${point}`)).join("");
  return (
    <svg class="trend" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={`Lag ${words}`}>
      <title>{words}</title>
      <path d={path} />
    </svg>
  );
}

const x = (part: number) => (edge + part * (width - 2 * edge)).toFixed(1);
const y = (part: number) => (height - edge - part * (height - 2 * edge)).toFixed(1);
