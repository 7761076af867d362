/** A topic of data beside the player: what it said at the time that is shown, as a scoreboard that rewinds with its game. */
import { useEffect, useRef, useState } from "preact/hooks";
import { fieldsOf } from "../../format/fields.ts";
import type { PanelRecord } from "../../protocol/server-message.ts";
import type { Connection } from "../connection.ts";
import { useCell } from "../parts/cell.ts";
import { readStored, store } from "../parts/storage.ts";
import { momentText } from "../parts/words.ts";
import { saidAt } from "./asks.ts";

const askEveryMs = 250;

interface Props {
  connection: Connection;
  topic: string;
  keyName: string;
  /** Which time is shown. */
  timeMs(): number;
}

/** @returns the choice, for among the player's tools, and what is pinned */
export function usePinned({ connection, topic, keyName, timeMs }: Props): { choice: preact.ComponentChildren; panel: preact.ComponentChildren } {
  const name = `kt-pinned/${topic}/${keyName}`;
  const topics = (useCell(connection.topics) ?? []).filter(({ kind, name: its }) => kind === "json" && its !== topic);
  const [pinned, setPinned] = useState(() => readStored<string>(name) ?? "");
  const chosen = topics.some((one) => one.name === pinned) ? pinned : "";
  const choice = topics.length > 0 && (
    <select
      class="pin"
      aria-label="Data beside the picture"
      title="What another topic said at the time that is shown"
      value={chosen}
      onChange={(event) => {
        setPinned(event.currentTarget.value);
        store(name, event.currentTarget.value || undefined);
      }}
    >
      <option value="">No data</option>
      {topics.map((one) => (
        <option key={one.name} value={one.name}>
          {one.name}
        </option>
      ))}
    </select>
  );
  return { choice, panel: chosen !== "" && <Pinned key={chosen} connection={connection} topic={chosen} keyName={keyName} timeMs={timeMs} /> };
}

function Pinned({ connection, topic, keyName, timeMs }: Props) {
  const [record, setRecord] = useState<PanelRecord | null>(null);
  const time = useRef(timeMs);
  time.current = timeMs;
  useEffect(() => {
    const stopped = new AbortController();
    let askedMs = Number.NaN;
    let asking = false;
    const ask = async () => {
      const atMs = Math.floor(time.current());
      if (asking || atMs === askedMs) return;
      asking = true;
      try {
        const then = await saidAt(connection, { topic, key: keyName }, atMs, stopped.signal);
        if (!stopped.signal.aborted) setRecord(then);
        askedMs = atMs;
      } catch {
        // What the server cannot say now is asked for again.
      } finally {
        asking = false;
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), askEveryMs);
    return () => {
      stopped.abort();
      clearInterval(timer);
    };
  }, [connection, topic, keyName]);
  return (
    <div class="pinned-place">
      <section class="pinned" aria-label={`${topic} at the time that is shown`}>
        <header>
          <strong>{topic}</strong>
          {record?.timestamp !== undefined && record?.timestamp !== null && <time>{momentText(record.timestamp, Date.now()).replace(/\.\d+$/, "")}</time>}
        </header>
        {record ? <Said value={record.value} /> : <p>It said nothing of {keyName || "this stream"} then.</p>}
      </section>
    </div>
  );
}

const mostFields = 12;
const longest = 200;

function Said({ value }: { value: string | null }) {
  const fields = value === null ? undefined : fieldsOf(value);
  if (!fields) return <p>{value === null ? "It was deleted." : value.slice(0, longest)}</p>;
  return (
    <dl>
      {[...fields.cells].slice(0, mostFields).map(([name, cell]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{String(cell).slice(0, longest)}</dd>
        </div>
      ))}
    </dl>
  );
}
