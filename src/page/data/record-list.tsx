/** A topic's records as they come: the newest at the bottom, as in a terminal. */
import { useEffect, useState } from "preact/hooks";
import { PauseIcon, PlayIcon } from "../parts/icons.tsx";
import { useLiveDraw } from "../parts/live-draw.ts";
import { countText, plural } from "../parts/words.ts";
import { Zone } from "../parts/zone.tsx";
import { FilterField } from "./filter-field.tsx";
import { useHeldRecords } from "./held-records.ts";
import { parseFilter } from "./record-filter.ts";
import { keptRecords, RecordLog } from "./record-log.ts";
import { RecordRows } from "./record-rows.tsx";
import type { ViewProps } from "./views.ts";

const drawEveryMs = 100;
/** A list that grows faster is not read aloud: it would never stop. */
const readAloudPerSecond = 0.2;

export function RecordList({ connection, topic, visible, large, onTrouble }: ViewProps) {
  const { name } = topic;
  const [log] = useState(() => new RecordLog());
  const { shown, held, paused, waiting, hold, pause, follow, resume } = useHeldRecords(log);
  const [typed, setTyped] = useState("");
  const [unread, setUnread] = useState(false);
  const [begun, setBegun] = useState(false);
  const [looked, setLooked] = useState({ count: 0, all: false });
  const draw = useLiveDraw(drawEveryMs);
  const filter = JSON.stringify(parseFilter(typed));

  useEffect(() => {
    if (!visible) return;
    return connection.records(
      { type: "tail", topic: name, filter: JSON.parse(filter) },
      ({ begins, records, skipped, looked = 0, all = false }) => {
        if (begins) {
          log.begin(filter);
          setLooked({ count: looked, all });
        }
        log.add(records, skipped);
        setBegun(true);
        draw();
      },
      (message) => {
        setUnread(message !== "");
        onTrouble(message);
      },
    );
  }, [connection, name, visible, filter]);

  const filterBy = (text: string) => {
    resume();
    setTyped(text);
  };
  const news = waiting > 0 ? ` · ${waiting >= keptRecords ? `${keptRecords}+` : waiting} new` : "";

  return (
    <>
      <div class="toolbar">
        <FilterField label={`Filter of ${name}`} onType={filterBy} />
        {log.skipped > 0 && (
          <span class="facts" title="Records that came too fast to be shown">
            {countText(log.skipped)} skipped
          </span>
        )}
        <Zone atMs={shown.at(-1)?.timestamp} />
        <button type="button" class={paused ? "tool on" : "tool"} aria-pressed={paused} onClick={paused ? resume : pause}>
          {paused ? <PlayIcon /> : <PauseIcon />}
          {paused ? `Resume${news}` : "Pause"}
        </button>
      </div>
      <RecordRows
        label={`Records of ${name}`}
        records={shown}
        json={topic.kind === "json"}
        held={held}
        aloud={topic.ratePerSecond < readAloudPerSecond && !held}
        large={large}
        onHold={hold}
        onFollow={follow}
        newest={held && !paused ? { title: `Newest ↓${news}`, show: resume } : null}
      >
        {shown.length === 0 && !topic.trouble && !unread && (
          <p class="hint">{!begun ? "Reading…" : filter === "null" ? "Waiting for records…" : notFound(looked)}</p>
        )}
      </RecordRows>
    </>
  );
}

function notFound({ count, all }: { count: number; all: boolean }): string {
  return `Not found among ${all ? "all" : "the last"} ${plural(count, "record")}; what comes is looked through too.`;
}
