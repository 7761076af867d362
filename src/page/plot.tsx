/** Lines over time, drawn by uPlot, which is loaded with the first chart. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import type { Lines } from "./samples.ts";
import { numberText, timeTicks } from "./ticks.ts";

interface Props {
  label: string;
  lines: Lines;
  colours: string[];
  hidden: ReadonlySet<string>;
  /** Told which of the times is pointed at; null where none is. */
  onPoint(index: number | null): void;
}

/** With fewer points than this on a line each is marked. */
const markedPoints = 60;

export function Plot({ label, lines, colours, hidden, onPoint }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const theme = useTheme();
  const [loaded, setLoaded] = useState<typeof uPlot>();
  const names = JSON.stringify(lines.names);

  useEffect(() => {
    let gone = false;
    void import("uplot").then(({ default: loading }) => gone || setLoaded(() => loading));
    return () => {
      gone = true;
    };
  }, []);

  useLayoutEffect(() => {
    const element = place.current;
    if (!element || !loaded) return;
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    const made = new loaded({ ...options(element, lines, colours, hidden, onPoint), ...size() }, dataOf(lines), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [loaded, names, theme]);

  useLayoutEffect(() => {
    plot.current?.setData(dataOf(lines));
  }, [lines]);
  useLayoutEffect(() => {
    for (const [i, name] of lines.names.entries()) {
      const show = !hidden.has(name);
      if (plot.current && plot.current.series[i + 1]?.show !== show) plot.current.setSeries(i + 1, { show });
    }
  }, [hidden, names, theme, loaded]);

  const step = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY }[event.key];
    const chart = plot.current;
    if (by === undefined || !chart) return;
    event.preventDefault();
    event.stopPropagation();
    const { timesMs } = lines;
    const index = Math.max(0, Math.min(timesMs.length - 1, (chart.cursor.idx ?? timesMs.length) + by));
    chart.setCursor({ left: chart.valToPos(timesMs[index] ?? 0, "x"), top: chart.over.clientHeight / 2 });
  };
  // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys point at its times
  return <div class="plot" ref={place} role="img" tabIndex={0} aria-label={label} onKeyDown={step} />;
}

function dataOf({ timesMs, values }: Lines): uPlot.AlignedData {
  // To uPlot null is a gap, and undefined that another line alone has a point there.
  return [timesMs, ...values.map((column) => column.map((value) => (value === null ? undefined : Number.isNaN(value) ? null : value)))];
}

function options(
  element: HTMLElement,
  { names, values }: Lines,
  colours: string[],
  hidden: ReadonlySet<string>,
  onPoint: Props["onPoint"],
): Omit<uPlot.Options, "width" | "height"> {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--soft"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    font: `11.5px ${style.fontFamily}`,
  };
  const widthOf = (texts: string[] | null) => 14 + Math.max(3, ...(texts ?? []).map((text) => text.length)) * 6.5;
  return {
    ms: 1,
    padding: [12, 14, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: true, y: false }, points: { size: 7 } },
    scales: { x: { time: true } },
    axes: [
      { ...axis, size: 34, gap: 6, space: 70, values: (_, times, __, ___, stepMs) => timeTicks(times, stepMs, Date.now()) },
      { ...axis, gap: 6, size: (_, texts) => widthOf(texts), values: (_, numbers) => numbers.map(numberText) },
    ],
    series: [
      {},
      ...names.map((name, i) => ({
        label: name,
        stroke: colour(colours[i] ?? "--accent"),
        width: 1.6,
        spanGaps: false,
        show: !hidden.has(name),
        points: { show: () => (values[i] ?? []).length < markedPoints, size: 5, fill: colour(colours[i] ?? "--accent") },
      })),
    ],
    hooks: { setCursor: [({ cursor }) => onPoint((cursor.left ?? -1) < 0 ? null : (cursor.idx ?? null))] },
  };
}

/** Changes with the reader's choice of dark or light: what is drawn on a canvas does not follow the style by itself. */
function useTheme(): boolean {
  const [query] = useState(() => matchMedia("(prefers-color-scheme: light)"));
  const [light, setLight] = useState(query.matches);
  useEffect(() => {
    const changed = () => setLight(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, [query]);
  return light;
}
