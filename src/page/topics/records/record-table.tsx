/** The rows of a topic's records; the one that is opened is marked. */

import type { Unreadable } from "../../../protocol/search-line.ts";
import type { PanelRecord } from "../../../protocol/server-message.ts";
import { Key, Value } from "../../data/value.tsx";
import { useToday } from "../../parts/today.ts";
import { countText, exactText, momentText } from "../../parts/words.ts";
import { type Spot, writeSpot } from "./asked.ts";
import { type Gap, type Row, withGaps } from "./gaps.ts";

interface Props {
  label: string;
  records: PanelRecord[];
  json: boolean;
  /** Nothing is left out between them: what is missing is missing in the log. */
  whole: boolean;
  unreadable: Unreadable[];
  opened: Spot | null;
  hrefOf(spot: Spot): string;
}

export function RecordTable({ label, records, json, whole, unreadable, opened, hrefOf }: Props) {
  useToday();
  const rows: Row[] = whole ? withGaps(records, unreadable) : records.map((record) => ({ record }));
  return (
    <ul class="topic-records" aria-label={label}>
      {rows.map((row) =>
        "gap" in row ? (
          <GapRow key={`gap ${row.gap.partition}:${row.gap.from}`} gap={row.gap} />
        ) : (
          <RecordLine key={writeSpot(row.record)} record={row.record} json={json} opened={opened} hrefOf={hrefOf} />
        ),
      )}
    </ul>
  );
}

function RecordLine({ record, json, opened, hrefOf }: { record: PanelRecord } & Pick<Props, "json" | "opened" | "hrefOf">) {
  const { partition, offset, timestamp } = record;
  const isOpen = opened?.partition === partition && opened.offset === offset;
  return (
    <li>
      <a href={hrefOf(record)} aria-current={isOpen ? "true" : undefined} data-spot={writeSpot(record)}>
        <time title={timestamp === null ? "No timestamp" : exactText(timestamp)}>
          {timestamp === null ? "–" : momentText(timestamp, Date.now(), "no date")}
        </time>
        <span class="offset" title={`Partition ${partition}, offset ${offset}`}>
          {partition}:{offset}
        </span>
        <span class="key">
          <Key value={record.key} encoding={record.encoding.key} />
        </span>
        <span class="value">
          <Value value={record.value} encoding={record.encoding.value} size={record.valueBytes} json={json} />
        </span>
      </a>
    </li>
  );
}

function GapRow({ gap: { partition, from, to, message } }: { gap: Gap }) {
  if (message !== undefined) return <li class="gap lacking">{message}</li>;
  const what = to - from === 1 ? `No record at ${partition}:${from}` : `No records at ${partition}:${from} to ${to - 1}, ${countText(to - from)} offsets`;
  return (
    <li class="gap" title="Compaction took them, a transaction was given up, or they mark where one ended">
      {what}
    </li>
  );
}
