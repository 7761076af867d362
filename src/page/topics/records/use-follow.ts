/** What comes into a topic, as it comes, of what is asked for. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { PanelRecord } from "../../../protocol/server-message.ts";
import type { Connection } from "../../connection.ts";
import { RecordLog } from "../../data/record-log.ts";
import { useLiveDraw } from "../../parts/live-draw.ts";
import type { AskedRecords } from "./asked.ts";

const drawEveryMs = 200;

export interface Follow {
  /** The newest first. */
  records: PanelRecord[];
  /** Came too fast to be shown. */
  skipped: number;
  paused: boolean;
  waiting: number;
  trouble: string;
  pause(paused: boolean): void;
}

/** @param on false while something else is shown */
export function useFollow(connection: Connection, topic: string, asked: AskedRecords, on: boolean): Follow {
  const log = useMemo(() => new RecordLog(), [topic, JSON.stringify(asked)]);
  const [held, setHeld] = useState<PanelRecord[] | null>(null);
  const [trouble, setTrouble] = useState("");
  const draw = useLiveDraw(drawEveryMs);
  const { key, contains } = asked;
  // The server knows texts; what is left of what is asked is decided here, of the few that come.
  const filter = key === null && contains === "" ? null : { key: key ?? "", text: contains };
  const given = JSON.stringify(asked);
  const wanted = useRef(matcher(asked));
  useEffect(() => {
    if (!on) return;
    wanted.current = matcher(asked);
    setHeld(null);
    return connection.records(
      { type: "tail", topic, filter },
      ({ begins, records, skipped }) => {
        if (begins) log.begin(given);
        log.add(records.filter(wanted.current), skipped);
        draw();
      },
      setTrouble,
    );
  }, [connection, topic, on, given]);
  const shown = held ?? log.records;
  return {
    records: shown.toReversed(),
    skipped: log.skipped,
    paused: held !== null,
    waiting: held ? log.records.length - 1 - log.records.lastIndexOf(held.at(-1) as PanelRecord) : 0,
    trouble,
    pause: (paused) => setHeld(paused ? log.records : null),
  };
}

function matcher({ partition, key, header, regex }: AskedRecords): (record: PanelRecord) => boolean {
  const [, name, value] = /^([^=]*)(?:=(.*))?$/s.exec(header) ?? [];
  const expression = expressionOf(regex);
  return (record) =>
    (partition === "" || String(record.partition) === partition) &&
    (key === null || record.key === key) &&
    (header === "" || record.headers.some((its) => its.name === name && (value === undefined || its.value === value))) &&
    (expression === undefined || (record.value !== null && expression.test(record.value)));
}

function expressionOf(regex: string): RegExp | undefined {
  const [, ignoreCase, rest = ""] = /^(\(\?i\))?(.*)$/s.exec(regex) ?? [];
  try {
    return regex === "" ? undefined : new RegExp(rest, ignoreCase ? "isu" : "su");
  } catch {
    return undefined;
  }
}
