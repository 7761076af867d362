/** What a panel of the page shows of a topic, by its kind. */
import { firstLook, lastOf, newestFirst, type Range, readSpread, sizeOf, spreadOver, storedRanges } from "../hub/history.ts";
import type { Hub } from "../hub/hub.ts";
import type { RecordBatch } from "../kafka/batch.ts";
import type { PanelMessage } from "../protocol/client-message.ts";
import type { PanelRecord } from "../protocol/server-message.ts";
import { byTime, inOrder, toPanelRecord } from "./panel-record.ts";
import { RecordsPanel, type Source, type Stored } from "./records-panel.ts";
import { rowHistory } from "./row-history.ts";
import { found, matcher } from "./search.ts";
import { TablePanel } from "./table-panel.ts";
import type { Outlet } from "./watcher.ts";

export interface Panel {
  close(): void;
}

export type PanelHub = Pick<Hub, "config" | "admin" | "archive" | "live" | "tables">;

const listRecords = 500;
const chartRecords = 2500;
/** A topic of no more records is read whole for a chart, and thinned then. */
const mostThinned = 50_000;
const mostBytes = 16 << 20;

export function openPanel(hub: PanelHub, message: PanelMessage, outlet: Outlet): Panel {
  const { panel, topic } = message;
  switch (message.type) {
    case "table":
      return new TablePanel(hub.tables, panel, topic, message.by, outlet);
    case "history":
      return new RecordsPanel(hub.live, panel, topic, rowHistory(hub, message), outlet);
    case "chart":
      return new RecordsPanel(
        hub.live,
        panel,
        topic,
        { stored: (ends, signal) => spread(hub, topic, ends(), message.sinceMs, signal), pick: "spread" },
        outlet,
      );
    case "tail": {
      const matches = message.filter ? matcher(message.filter) : undefined;
      const stored: Source["stored"] = (ends, signal) => (matches ? found(hub, topic, ends(), matches, signal) : last(hub, topic, ends(), signal));
      return new RecordsPanel(hub.live, panel, topic, { stored, pick: "newest", matches }, outlet);
    }
  }
}

/** The topic's last records, which every viewer begins with: read once for all of them. */
async function last({ archive, admin }: PanelHub, topic: string, ends: ReadonlyMap<number, number>, signal: AbortSignal): Promise<Stored> {
  const log = archive.until(signal);
  const ranges = lastOf(await storedRanges(admin, topic, ends, null), listRecords);
  const ofPartition = async ({ partition, from, to }: Range) => {
    const records: PanelRecord[] = [];
    let bytes = 0;
    for await (const record of log.backward(topic, partition, to, from)) {
      bytes += record.value?.length ?? 0;
      if (record.offset < from || (bytes > mostBytes / ranges.length && records.length > 0)) break;
      records.push(toPanelRecord(record));
    }
    return records.reverse();
  };
  return { records: inOrder(await Promise.all(ranges.map(ofPartition))).slice(-listRecords), skipped: 0 };
}

async function spread(
  { config, admin }: PanelHub,
  topic: string,
  ends: ReadonlyMap<number, number>,
  sinceMs: number | null,
  signal: AbortSignal,
): Promise<Stored> {
  const ranges = await storedRanges(admin, topic, ends, sinceMs);
  const [newest, rest] = newestFirst(ranges, firstLook);
  const records: PanelRecord[] = [];
  let bytes = 0;
  // The last ones are drawn all, so that a line goes on without a gap.
  const takeAll = (batch: RecordBatch) => {
    for (const record of batch) {
      records.push(toPanelRecord(record));
      bytes += record.value?.length ?? 0;
    }
  };
  await readSpread(config, newest, mostBytes, takeAll, signal);
  const whole = sizeOf(rest) <= mostThinned && (bytes / Math.max(1, records.length)) * sizeOf(rest) <= mostBytes;
  const places = whole ? rest : spreadOver(rest);
  // Thinned of each key by itself: where keys take turns, every tenth record could be one key's.
  const every = Math.ceil(sizeOf(places) / chartRecords);
  const seen = new Map<string, number>();
  const takeSome = (batch: RecordBatch) => {
    for (let index = 0; index < batch.length; index++) {
      const key = batch.key(index)?.toString("latin1") ?? "";
      const count = seen.get(key) ?? 0;
      seen.set(key, count + 1);
      if (count % every === 0) records.push(toPanelRecord(batch.record(index)));
    }
  };
  await readSpread(config, places, mostBytes, takeSome, signal);
  return { records: byTime(records), skipped: sizeOf(ranges) - records.length };
}
