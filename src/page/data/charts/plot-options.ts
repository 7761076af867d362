/** What uPlot is told of a chart: for each line its mean, between the least and the greatest. */
import type uPlot from "uplot";
import type { Lines, TimeRange } from "./lines.ts";
import { numberText, timeTicks } from "./ticks.ts";

/** What the chart asks for whenever it draws, and what it tells of. */
export interface Asked {
  /** The times at its left and its right end. */
  range(): [fromMs: number, toMs: number];
  /** How many there are on a line. */
  points(line: number): number;
  onZoom(stretch: TimeRange | null): void;
  /** Of the lines' times. */
  onPoint(index: number | null): void;
}

/** With fewer points than this on a line each is marked. */
const markedPoints = 60;
/** A drag over less is a click. */
const shortestDrag = 4;
const perLine = 3;

/** The numbers of a line's series: its mean, its least, its greatest. */
export function seriesOf(line: number): [mean: number, low: number, high: number] {
  const first = 1 + line * perLine;
  return [first, first + 1, first + 2];
}

export function plotData({ timesMs, means, lows, highs }: Lines): uPlot.AlignedData {
  // To uPlot null is a gap, and undefined that another line alone has a point there.
  const column = (values: (number | null)[] = []) => values.map((value) => (value === null ? undefined : Number.isNaN(value) ? null : value));
  return [timesMs, ...means.flatMap((mean, line) => [column(mean), column(lows[line]), column(highs[line])])];
}

export function plotOptions(
  element: HTMLElement,
  names: string[],
  colours: string[],
  hidden: ReadonlySet<string>,
  asked: Asked,
): Omit<uPlot.Options, "width" | "height"> {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const lineColour = (line: number) => colour(colours[line] ?? "--accent");
  const axis = {
    stroke: colour("--soft"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    // uPlot makes it larger for dense screens, and reads no fraction: of 11.5px it would take the 5.
    font: `12px ${style.fontFamily}`,
  };
  const widthOf = (texts: string[] | null) => 14 + Math.max(3, ...(texts ?? []).map((text) => text.length)) * 6.8;
  return {
    ms: 1,
    padding: [12, 14, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: true, y: false, setScale: false },
      points: { size: 7 },
      bind: {
        dblclick: () => () => {
          asked.onZoom(null);
          return null;
        },
      },
    },
    scales: { x: { time: true, range: asked.range } },
    axes: [
      { ...axis, size: 40, gap: 6, space: 76, values: (_, times, __, ___, stepMs) => timeTicks(times, stepMs, Date.now()) },
      { ...axis, gap: 6, size: (_, texts) => widthOf(texts), values: (_, numbers) => numbers.map(numberText) },
    ],
    series: [
      {},
      ...names.flatMap((name, line) => {
        const show = !hidden.has(name);
        const edge = { show, points: { show: false }, spanGaps: false };
        const points = { show: () => asked.points(line) < markedPoints, size: 5, fill: lineColour(line) };
        return [{ label: name, stroke: lineColour(line), width: 1.6, spanGaps: false, show, points }, edge, edge];
      }),
    ],
    bands: names.map((_, line) => {
      const [, low, high] = seriesOf(line);
      return { series: [high, low], fill: `color-mix(in srgb, ${lineColour(line)} 18%, transparent)` };
    }),
    hooks: {
      drawSeries: [drawSpread],
      setCursor: [({ cursor }) => asked.onPoint((cursor.left ?? -1) < 0 ? null : (cursor.idx ?? null))],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          if (width < shortestDrag) return;
          const stretch = { fromMs: chart.posToVal(left, "x"), toMs: chart.posToVal(left + width, "x") };
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          asked.onZoom(stretch);
        },
      ],
    },
  };
}

/** From the least to the greatest of a line that has one point alone: the band between them needs two. */
function drawSpread(chart: uPlot, series: number): void {
  const { stroke, show } = chart.series[series] ?? {};
  if (series % perLine !== 1 || !show) return;
  const { ctx, data } = chart;
  const lows = data[series + 1] ?? [];
  const index = lows.findIndex((low) => typeof low === "number");
  const [ms, low, high] = [data[0][index], lows[index], data[series + 2]?.[index]];
  if (ms === undefined || typeof low !== "number" || typeof high !== "number" || lows.some((other, at) => at > index && typeof other === "number")) return;
  const x = chart.valToPos(ms, "x", true);
  ctx.save();
  ctx.strokeStyle = String(typeof stroke === "function" ? stroke(chart, series) : stroke);
  ctx.globalAlpha = 0.5;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, chart.valToPos(low, "y", true));
  ctx.lineTo(x, chart.valToPos(high, "y", true));
  ctx.stroke();
  ctx.restore();
}
