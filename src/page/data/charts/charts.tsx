/** The numbers of a topic's records over time: all that the topic holds, thinned, and what comes. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { mostLines } from "../../../format/measure.ts";
import { DownloadIcon } from "../../parts/icons.tsx";
import { useLiveDraw } from "../../parts/live-draw.ts";
import { download } from "../../parts/share.ts";
import { Tabs } from "../../parts/tabs.tsx";
import { countText, plural } from "../../parts/words.ts";
import { FieldChoice } from "../field-choice.tsx";
import { useRowField } from "../row-field.ts";
import { useChoice, type ViewProps } from "../views.ts";
import { chartCsv } from "./chart-csv.ts";
import { ChartLegend } from "./chart-legend.tsx";
import { linesByField, linesByKey, linesTogether, type TimeRange } from "./lines.ts";
import { Plot } from "./plot.tsx";
import { likelyField, SampleLog } from "./samples.ts";

const drawEveryMs = 250;
/** As in chart.css. */
const colours = Array.from({ length: mostLines }, (_, i) => `--line-${i + 1}`);

const minuteMs = 60_000;
const spans = {
  all: { title: "All", ms: null },
  hour: { title: "1 h", ms: 60 * minuteMs },
  ten: { title: "10 min", ms: 10 * minuteMs },
  one: { title: "1 min", ms: minuteMs },
};
type Span = keyof typeof spans;
const spanTabs = (Object.keys(spans) as Span[]).map((id) => ({ id, title: spans[id].title }));

export function Charts({ connection, topic, visible, onTrouble }: ViewProps) {
  const { name } = topic;
  const { field: row, known } = useRowField(connection, topic, visible, onTrouble);
  const by = row?.name ?? null;
  const log = useMemo(() => new SampleLog(by), [by]);
  const [span = "all", chooseSpan] = useChoice<Span>(name, "span");
  const [chosen, chooseField] = useChoice<string>(name, "field");
  const [off, chooseOff] = useChoice<string[]>(name, "lines-off");
  const [pointed, setPointed] = useState<number | null>(null);
  const [begun, setBegun] = useState(false);
  const [zoom, setZoom] = useState<TimeRange | null>(null);
  const [version, setVersion] = useState(0);
  const draw = useLiveDraw(drawEveryMs);
  const spanMs = spans[span].ms;

  useEffect(() => {
    if (!visible || !known) return;
    const sinceMs = spanMs === null ? null : (topic.lastTimestampMs ?? Date.now()) - spanMs;
    return connection.records(
      { type: "chart", topic: name, sinceMs, by },
      ({ records, skipped, chart }) => {
        if (chart) log.begin(chart);
        log.add(records, skipped);
        setBegun(true);
        draw();
      },
      onTrouble,
    );
  }, [connection, name, visible, known, spanMs, log]);

  // The lines are made when a draw is due, not for each move of the pointer.
  const { samples } = log;
  const drawn = `${samples.length} ${samples.at(-1)?.id} ${samples[0]?.id}`;
  useEffect(() => setVersion((before) => before + 1), [drawn]);
  const byKey = log.keyCount > 1;
  const together = log.keyCount > mostLines;
  const field = chosen !== undefined && log.fields.includes(chosen) ? chosen : likelyField(log);
  const fromMs = spanMs === null ? Number.NEGATIVE_INFINITY : (samples.at(-1)?.atMs ?? 0) - spanMs;
  const lines = useMemo(() => {
    const seen = zoom ?? { fromMs, toMs: Number.POSITIVE_INFINITY };
    if (!byKey || field === undefined) return linesByField(log, log.fields, fromMs, seen);
    return together ? linesTogether(log, `${countText(log.keyCount)} keys`, field, fromMs, seen) : linesByKey(log, field, fromMs, seen);
  }, [version, byKey, together, field, spanMs, zoom]);
  const first = likelyField(log);
  // Fields may be of quite different sizes: only one is shown until its reader asks for more.
  const hidden = useMemo(() => new Set(off ?? (byKey ? [] : lines.names.filter((line) => line !== first))), [off, byKey, lines, first]);
  const left = byKey ? 0 : log.fields.length - lines.names.length;
  const chooseTime = (wanted: Span) => {
    setZoom(null);
    chooseSpan(wanted);
  };
  const toggle = (line: string) => chooseOff(hidden.has(line) ? [...hidden].filter((one) => one !== line) : [...hidden, line]);
  const shown = lines.names.filter((line) => !hidden.has(line));
  // Without a pointer the legend has what is at the right end.
  const lastSeen = zoom ? lines.timesMs.findLastIndex((ms) => ms <= zoom.toMs) : null;
  const isOneMoment = lines.timesMs.length > 0 && samples[0]?.atMs === samples.at(-1)?.atMs;

  return (
    <>
      <div class="toolbar">
        {byKey && field !== undefined && <FieldChoice label="Field" fields={log.fields} chosen={field} onChoose={chooseField} />}
        <Tabs label={`Time span of ${name}`} tabs={spanTabs} chosen={span} onChoose={chooseTime} />
        {zoom && (
          <button type="button" class="tool on" onClick={() => setZoom(null)}>
            Whole time
          </button>
        )}
        {lines.timesMs.length > 0 && (
          <button
            type="button"
            class="tool icon"
            title="What is drawn, as CSV"
            aria-label={`Chart of ${name} as CSV`}
            onClick={() => download(URL.createObjectURL(new Blob([chartCsv(lines, hidden, zoom)], { type: "text/csv" })), `${name}.csv`)}
          >
            <DownloadIcon />
          </button>
        )}
        <span class="facts count chart-facts">
          {together && (
            <span title="Too many to be told apart: the line is their mean, between the least and the greatest">{countText(log.keyCount)} keys together</span>
          )}
          {isOneMoment && <span>all of one moment</span>}
          {log.drawn < log.held && (
            <span title="The others came too fast, or stand between those that were read">
              drawn from {countText(log.drawn)} of {plural(log.held, "record")}
            </span>
          )}
          {left > 0 && <span>{countText(left)} more fields</span>}
        </span>
      </div>
      {lines.timesMs.length > 0 ? (
        <div class="chart">
          <Plot
            label={`${byKey ? field : shown.join(", ")} of ${name} over time${byKey ? `, ${shown.join(", ")}` : ""}`}
            lines={lines}
            colours={colours}
            hidden={hidden}
            zoom={zoom}
            onZoom={setZoom}
            onPoint={setPointed}
          />
          <ChartLegend lines={lines} colours={colours} hidden={hidden} pointed={pointed ?? lastSeen} onToggle={toggle} />
        </div>
      ) : (
        <p class="hint">{begun ? "No numbers to draw." : "Reading…"}</p>
      )}
    </>
  );
}
