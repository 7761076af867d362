/** One record of a table's row, whole, and what the log has of that row before and after it. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { PanelRecord } from "../../protocol/server-message.ts";
import { CloseIcon } from "../parts/icons.tsx";
import { useLiveDraw } from "../parts/live-draw.ts";
import { plural } from "../parts/words.ts";
import { useHeldRecords } from "./held-records.ts";
import { RecordLog } from "./record-log.ts";
import { WholeRecord } from "./record-row.tsx";
import { RecordRows } from "./record-rows.tsx";
import type { Row } from "./table-model.ts";
import type { ViewProps } from "./views.ts";

const drawEveryMs = 100;

interface Props extends Omit<ViewProps, "onTrouble"> {
  /** The path of the field that tells the rows apart; null where the records' keys do. */
  by: string[] | null;
  row: Row;
  onClose(): void;
}

export function RowHistory({ connection, topic, by, row, visible, large, onClose }: Props) {
  const { name } = topic;
  const { partition, offset } = row;
  const [log] = useState(() => new RecordLog());
  const [record, setRecord] = useState<PanelRecord | null>(null);
  const [trouble, setTrouble] = useState("");
  const { shown, held, waiting, hold, follow, resume } = useHeldRecords(log);
  const back = useRef<HTMLButtonElement>(null);
  const draw = useLiveDraw(drawEveryMs);
  const path = JSON.stringify(by);

  useEffect(() => {
    if (!visible) return;
    return connection.records(
      { type: "history", topic: name, by: JSON.parse(path), partition, offset },
      ({ records, skipped }) => {
        setRecord((before) => before ?? records.find((one) => one.partition === partition && one.offset === offset) ?? null);
        log.add(records, skipped);
        draw();
      },
      setTrouble,
    );
  }, [connection, name, visible, path, partition, offset]);
  useLayoutEffect(() => back.current?.focus(), []);

  return (
    <section
      class="history"
      aria-label={`Record of ${row.key}`}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // The page's own Escape leaves the large view: the first one only leads back to the table.
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <header>
        <h3 title={row.key}>{row.key || '""'}</h3>
        <span class="facts">{record && plural(log.records.length, "record")}</span>
        <button type="button" class="tool icon" ref={back} aria-label="Back to the table" onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      {trouble && (
        <p class="trouble" role="status">
          {trouble}
        </p>
      )}
      {record ? (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
          <section class="whole" tabIndex={0} aria-label="The whole record">
            <WholeRecord record={record} json={topic.kind === "json"} />
          </section>
          <RecordRows
            label={`History of ${row.key}`}
            records={shown}
            json={topic.kind === "json"}
            held={held}
            aloud={false}
            large={large}
            onHold={hold}
            onFollow={follow}
            newest={held ? { title: `Newest ↓${waiting > 0 ? ` · ${waiting} new` : ""}`, show: resume } : null}
          />
        </>
      ) : (
        !trouble && <p class="hint">Reading…</p>
      )}
    </section>
  );
}
