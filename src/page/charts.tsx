/** The numbers of a topic's records over time: all that the topic holds, thinned, and what comes. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { ChartLegend } from "./chart-legend.tsx";
import { FieldChoice } from "./field-choice.tsx";
import { useLiveDraw } from "./live-draw.ts";
import { Plot } from "./plot.tsx";
import { useRowField } from "./row-field.ts";
import { likelyField, linesByField, linesByKey, mostLines, SampleLog } from "./samples.ts";
import { Tabs } from "./tabs.tsx";
import { useChoice, type ViewProps } from "./views.ts";
import { countText } from "./words.ts";

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
  const [between, setBetween] = useState(0);
  const [version, setVersion] = useState(0);
  const draw = useLiveDraw(drawEveryMs);
  const spanMs = spans[span].ms;

  useEffect(() => {
    if (!visible || !known) return;
    const sinceMs = spanMs === null ? null : (topic.lastTimestampMs ?? Date.now()) - spanMs;
    return connection.records(
      { type: "chart", topic: name, sinceMs },
      ({ begins, records, skipped }) => {
        if (begins) {
          log.clear();
          setBetween(skipped);
          setBegun(true);
        }
        log.add(records);
        draw();
      },
      onTrouble,
    );
  }, [connection, name, visible, known, spanMs, log]);

  // The lines are made when a draw is due, not for each move of the pointer.
  const { samples } = log;
  const drawn = `${samples.length} ${samples.at(-1)?.id} ${samples[0]?.id}`;
  useEffect(() => setVersion((before) => before + 1), [drawn]);
  const byKey = log.keys.length > 1;
  const field = chosen !== undefined && log.fields.includes(chosen) ? chosen : likelyField(log);
  const sinceMs = spanMs === null ? Number.NEGATIVE_INFINITY : (samples.at(-1)?.atMs ?? 0) - spanMs;
  const lines = useMemo(
    () => (byKey && field !== undefined ? linesByKey(log, field, sinceMs) : linesByField(log, log.fields, sinceMs)),
    [version, byKey, field, spanMs],
  );
  const first = likelyField(log);
  // Fields may be of quite different sizes: only one is shown until its reader asks for more.
  const hidden = useMemo(() => new Set(off ?? (byKey ? [] : lines.names.filter((line) => line !== first))), [off, byKey, lines, first]);
  const left = byKey ? log.keys.length - lines.names.length : log.fields.length - lines.names.length;
  const toggle = (line: string) => chooseOff(hidden.has(line) ? [...hidden].filter((one) => one !== line) : [...hidden, line]);
  const shown = lines.names.filter((line) => !hidden.has(line));

  return (
    <>
      <div class="toolbar">
        {byKey && field !== undefined && <FieldChoice label="Field" fields={log.fields} chosen={field} onChoose={chooseField} />}
        <Tabs label={`Time span of ${name}`} tabs={spanTabs} chosen={span} onChoose={chooseSpan} />
        <span class="facts count">
          {between > 0 && <span title="Of all records, so many are drawn; between them are the others">thinned to {countText(samples.length)} points</span>}
          {left > 0 && (
            <span>
              {" "}
              · {countText(left)} more {byKey ? "keys" : "fields"}
            </span>
          )}
        </span>
      </div>
      {lines.timesMs.length > 0 ? (
        <div class="chart">
          <Plot
            label={`${byKey ? field : shown.join(", ")} of ${name} over time${byKey ? `, ${shown.join(", ")}` : ""}`}
            lines={lines}
            colours={colours}
            hidden={hidden}
            onPoint={setPointed}
          />
          <ChartLegend lines={lines} colours={colours} hidden={hidden} pointed={pointed} onToggle={toggle} />
        </div>
      ) : (
        <p class="hint">{begun ? "No numbers to draw." : "Reading…"}</p>
      )}
    </>
  );
}
