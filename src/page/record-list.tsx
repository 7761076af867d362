/** A topic's records as they come: the newest at the bottom, as in a terminal. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { FilterField } from "./filter-field.tsx";
import { PauseIcon, PlayIcon } from "./icons.tsx";
import { useLiveDraw } from "./live-draw.ts";
import { parseFilter } from "./record-filter.ts";
import { keptRecords, RecordLog, recordId } from "./record-log.ts";
import { moveBetweenRows, RecordRow } from "./record-row.tsx";
import type { ViewProps } from "./views.ts";
import { countText, plural } from "./words.ts";

const drawEveryMs = 100;
/** A list that grows faster is not read aloud: it would never stop. */
const readAloudPerSecond = 0.2;

export function RecordList({ connection, topic, visible, large, onTrouble }: ViewProps) {
  const { name } = topic;
  const list = useRef<HTMLDivElement>(null);
  const [log] = useState(() => new RecordLog());
  const [paused, setPaused] = useState<RecordLog["records"] | null>(null);
  const [following, setFollowing] = useState(true);
  const [typed, setTyped] = useState("");
  const [begun, setBegun] = useState(false);
  const [looked, setLooked] = useState(0);
  const draw = useLiveDraw(drawEveryMs);
  const filter = JSON.stringify(parseFilter(typed));

  useEffect(() => {
    if (!visible) return;
    return connection.records(
      { type: "tail", topic: name, filter: JSON.parse(filter) },
      ({ begins, records, skipped, looked }) => {
        if (begins) {
          log.begin(filter);
          setLooked(looked ?? 0);
        }
        log.add(records, skipped);
        setBegun(true);
        draw();
      },
      onTrouble,
    );
  }, [connection, name, visible, filter]);

  const filterBy = (text: string) => {
    setPaused(null);
    setTyped(text);
  };
  const shown = paused ?? log.records;
  const newest = shown.at(-1);
  useLayoutEffect(() => {
    if (following && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [newest, following, large]);
  const scrolled = () => {
    const { scrollTop, scrollHeight, clientHeight } = list.current as HTMLDivElement;
    setFollowing(scrollHeight - scrollTop - clientHeight < 24);
  };
  const waiting = paused ? countSince(log.records, paused.at(-1)) : 0;

  return (
    <>
      <div class="toolbar">
        <FilterField label={`Filter of ${name}`} onType={filterBy} />
        {log.skipped > 0 && (
          <span class="facts" title="Records that came too fast to be shown">
            {countText(log.skipped)} skipped
          </span>
        )}
        <button type="button" class={paused ? "tool on" : "tool"} aria-pressed={paused !== null} onClick={() => setPaused(paused ? null : log.records)}>
          {paused ? <PlayIcon /> : <PauseIcon />}
          {paused ? `Resume${waiting > 0 ? ` · ${waiting >= keptRecords ? `${keptRecords}+` : waiting} new` : ""}` : "Pause"}
        </button>
      </div>
      <div
        class={shown.some(({ key }) => key !== null) ? "list" : "list keyless"}
        ref={list}
        role="log"
        aria-label={`Records of ${name}`}
        aria-live={topic.ratePerSecond < readAloudPerSecond && !paused ? "polite" : "off"}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        onScroll={scrolled}
        onKeyDown={moveBetweenRows}
      >
        {shown.map((record) => (
          <RecordRow key={recordId(record)} record={record} json={topic.kind === "json"} />
        ))}
        {shown.length === 0 && !topic.trouble && (
          <p class="hint">
            {!begun
              ? "Reading…"
              : filter === "null"
                ? "Waiting for records…"
                : `Not found among the last ${plural(looked, "record")}; what comes is looked through too.`}
          </p>
        )}
      </div>
      {!following && shown.length > 0 && (
        <button type="button" class="latest" onClick={() => setFollowing(true)}>
          Newest ↓
        </button>
      )}
    </>
  );
}

function countSince(records: RecordLog["records"], last: RecordLog["records"][number] | undefined): number {
  return records.length - 1 - (last ? records.lastIndexOf(last) : -1);
}
