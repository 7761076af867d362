/** Lines over time, drawn by uPlot, which is loaded with the first chart. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import type { Lines, TimeRange } from "./lines.ts";
import { type Asked, plotData, plotOptions, seriesOf } from "./plot-options.ts";

interface Props {
  label: string;
  lines: Lines;
  colours: string[];
  hidden: ReadonlySet<string>;
  /** What is looked at; null is all of it. */
  zoom: TimeRange | null;
  onZoom(zoom: TimeRange | null): void;
  /** Told which of the times is pointed at; null where none is. */
  onPoint(index: number | null): void;
}

/** Around records that are all of one moment. */
const aroundMomentMs = 500;

export function Plot(props: Props) {
  const { label, lines, hidden, zoom } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  // What the chart asks for when it draws, or tells of, long after it was made.
  const now = useRef(props);
  now.current = props;
  const dragging = useRef(false);
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
    const { colours } = now.current;
    const asked: Asked = {
      range: () => windowOf(now.current),
      points: (line) => now.current.lines.means[line]?.length ?? 0,
      onZoom: (stretch) => now.current.onZoom(stretch),
      onPoint: (index) => now.current.onPoint(index),
    };
    const made = new loaded({ ...plotOptions(element, lines.names, colours, hidden, asked), ...size() }, plotData(lines), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [loaded, names, theme]);

  // What is dragged over stands still until it is let go.
  const redraw = () => dragging.current || plot.current?.setData(plotData(now.current.lines));
  useLayoutEffect(() => void redraw(), [lines, zoom]);
  useEffect(() => {
    const end = () => {
      if (!dragging.current) return;
      dragging.current = false;
      redraw();
    };
    addEventListener("mouseup", end);
    return () => removeEventListener("mouseup", end);
  }, []);
  useLayoutEffect(() => {
    for (const [line, name] of lines.names.entries())
      for (const series of seriesOf(line)) {
        const show = !hidden.has(name);
        if (plot.current && plot.current.series[series]?.show !== show) plot.current.setSeries(series, { show });
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
  const begin = () => {
    dragging.current = true;
  };
  // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys point at its times
  return <div class="plot" ref={place} role="img" tabIndex={0} aria-label={label} onKeyDown={step} onMouseDown={begin} />;
}

/** The times at the left and the right end. Records of one moment stand in the middle. */
function windowOf({ lines: { timesMs }, zoom }: Props): [number, number] {
  if (zoom) return [zoom.fromMs, zoom.toMs];
  const [first = 0, last = first] = [timesMs[0], timesMs.at(-1)];
  return first === last ? [first - aroundMomentMs, last + aroundMomentMs] : [first, last];
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
