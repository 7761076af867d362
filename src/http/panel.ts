/** What a panel of the page shows of a topic, by its kind. */

import { lastOf, newestFirst, type Range, readRanges, readSpread, sizeOf, spreadOver, storedRanges } from "../hub/history.ts";
import type { Hub } from "../hub/hub.ts";
import type { RecordBatch } from "../kafka/batch.ts";
import { toPanelRecord } from "./panel-record.ts";
import { type PanelMessage, type PanelRecord, type RecordFilter, searchedRecords } from "./protocol.ts";
import { type Outlet, RecordsPanel, type Stored } from "./records-panel.ts";
import { TablePanel } from "./table-panel.ts";

export interface Panel {
  close(): void;
}

export type PanelHub = Pick<Hub, "config" | "admin" | "live" | "tables">;

const listRecords = 500;
const chartRecords = 2500;
/** A topic of no more records is read whole for a chart, and thinned then. */
const mostThinned = 50_000;
const mostBytes = 16 << 20;
/** Of large records the last few are enough to begin with. */
const firstLook = 64;

export function openPanel(hub: PanelHub, message: PanelMessage, outlet: Outlet): Panel {
  const { panel, topic } = message;
  switch (message.type) {
    case "table":
      return new TablePanel(hub.tables, panel, topic, message.by, outlet);
    case "chart":
      return new RecordsPanel(hub.live, panel, topic, { stored: (ends) => spread(hub, topic, ends, message.sinceMs), pick: "spread" }, outlet);
    case "tail": {
      const matches = message.filter ? matcher(message.filter) : undefined;
      return new RecordsPanel(hub.live, panel, topic, { stored: (ends) => last(hub, topic, ends, matches), pick: "newest", matches }, outlet);
    }
  }
}

async function last({ config, admin }: PanelHub, topic: string, ends: ReadonlyMap<number, number>, matches: Matches | undefined): Promise<Stored> {
  const ranges = lastOf(await storedRanges(admin, topic, ends, null), matches ? searchedRecords : listRecords);
  const [newest, rest] = newestFirst(ranges, firstLook);
  const take = async (some: Range[]) => {
    const records: PanelRecord[] = [];
    let bytes = 0;
    for await (const batch of readRanges(config, some, mostBytes))
      for (let index = 0; index < batch.length; index++) {
        bytes += batch.value(index)?.length ?? 0;
        if (matches?.(batch, index) === false) continue;
        records.push(toPanelRecord(batch.record(index)));
        if (records.length >= 2 * listRecords) records.splice(0, listRecords);
      }
    return { records, bytes };
  };
  const found = await take(newest);
  if (found.bytes > mostBytes / 8) return { records: found.records, skipped: 0 };
  const records = [...(await take(rest)).records, ...found.records];
  return { records: (ranges.length > 1 ? byTime(records) : records).slice(-listRecords), skipped: 0 };
}

async function spread({ config, admin }: PanelHub, topic: string, ends: ReadonlyMap<number, number>, sinceMs: number | null): Promise<Stored> {
  const ranges = await storedRanges(admin, topic, ends, sinceMs);
  const [newest, rest] = newestFirst(ranges, firstLook);
  const records: PanelRecord[] = [];
  let bytes = 0;
  // The last ones are drawn all, so that a line goes on without a gap.
  await readSpread(config, newest, mostBytes, (batch) => {
    for (const record of batch) {
      records.push(toPanelRecord(record));
      bytes += record.value?.length ?? 0;
    }
  });
  const whole = sizeOf(rest) <= mostThinned && (bytes / Math.max(1, records.length)) * sizeOf(rest) <= mostBytes;
  const places = whole ? rest : spreadOver(rest);
  // Thinned of each key by itself: where keys take turns, every tenth record could be one key's.
  const every = Math.ceil(sizeOf(places) / chartRecords);
  const seen = new Map<string, number>();
  await readSpread(config, places, mostBytes, (batch) => {
    for (let index = 0; index < batch.length; index++) {
      const key = batch.key(index)?.toString("latin1") ?? "";
      const count = seen.get(key) ?? 0;
      seen.set(key, count + 1);
      if (count % every === 0) records.push(toPanelRecord(batch.record(index)));
    }
  });
  return { records: byTime(records), skipped: sizeOf(ranges) - records.length };
}

/** Partitions are read side by side, in no order to each other. */
function byTime(records: PanelRecord[]): PanelRecord[] {
  return records.sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
}

export type Matches = (batch: RecordBatch, index: number) => boolean;

export function matcher({ key, text }: RecordFilter): Matches {
  const [ofKey, anywhere] = [key.toLowerCase(), text.toLowerCase()];
  const has = (bytes: Buffer | null, what: string) => bytes?.toString().toLowerCase().includes(what) ?? false;
  return (batch, index) =>
    (ofKey === "" || has(batch.key(index), ofKey)) && (anywhere === "" || has(batch.value(index), anywhere) || has(batch.key(index), anywhere));
}
