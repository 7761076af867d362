/** A topic's records as they come: the newest at the bottom, as in a terminal. */
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import type { TopicSummary } from "../http/protocol.ts";
import type { Connection } from "./connection.ts";
import { CloseIcon, ExpandIcon, PauseIcon, PlayIcon } from "./icons.tsx";
import type { Go } from "./place.ts";
import { keptRecords, RecordLog, recordId } from "./record-log.ts";
import { moveBetweenRows, RecordRow } from "./record-row.tsx";
import { useVisible } from "./visible.ts";
import { countText, plural, rateText } from "./words.ts";

const drawEveryMs = 100;
/** A list that grows faster is not read aloud: it would never stop. */
const readAloudPerSecond = 0.2;

interface Props {
  connection: Connection;
  topic: TopicSummary;
  large: boolean;
  /** Something else covers it. */
  covered: boolean;
  go: Go;
}

export function Records({ connection, topic, large, covered, go }: Props) {
  const { name } = topic;
  const panel = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [log] = useState(() => new RecordLog());
  const [paused, setPaused] = useState<RecordLog["records"] | null>(null);
  const [following, setFollowing] = useState(true);
  const [, draw] = useReducer((count: number, _: null) => count + 1, 0);
  const visible = useVisible(panel) && !covered;

  useEffect(() => {
    if (!visible) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      draw(null);
    };
    const stop = connection.tail(name, ({ records, skipped }) => {
      log.add(records, skipped);
      timer ??= setTimeout(flush, drawEveryMs);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [connection, name, visible]);

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
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: aria-modal is there only together with role=dialog
    <div
      ref={panel}
      class={large ? "panel large" : "panel"}
      role={large ? "dialog" : "group"}
      aria-modal={large || undefined}
      aria-label={`Records of ${name}`}
      inert={covered}
    >
      <header>
        <h2 title={name}>{name}</h2>
        <span class="facts">
          {plural(topic.records, "record")}
          {topic.ratePerSecond > 0 && ` · ${rateText(topic.ratePerSecond)}`}
        </span>
        {log.skipped > 0 && (
          <span class="facts" title="Records that came too fast to be shown">
            {countText(log.skipped)} skipped
          </span>
        )}
        <button type="button" class={paused ? "tool on" : "tool"} aria-pressed={paused !== null} onClick={() => setPaused(paused ? null : log.records)}>
          {paused ? <PlayIcon /> : <PauseIcon />}
          {paused ? `Resume${waiting > 0 ? ` · ${waiting >= keptRecords ? `${keptRecords}+` : waiting} new` : ""}` : "Pause"}
        </button>
        <button
          type="button"
          class="tool icon"
          aria-label={large ? "Back to the overview" : `Enlarge ${name}`}
          onClick={() => go(large ? null : { topic: name, key: null })}
        >
          {large ? <CloseIcon /> : <ExpandIcon />}
        </button>
      </header>
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
        {shown.length === 0 && <p class="hint">Waiting for records…</p>}
      </div>
      {!following && shown.length > 0 && (
        <button type="button" class="latest" onClick={() => setFollowing(true)}>
          Newest ↓
        </button>
      )}
    </div>
  );
}

function countSince(records: RecordLog["records"], last: RecordLog["records"][number] | undefined): number {
  return records.length - 1 - (last ? records.lastIndexOf(last) : -1);
}
