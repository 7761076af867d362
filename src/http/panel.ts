/** What a panel of the page shows of a topic, by its kind. */
import { KtError } from "../errors.ts";
import { firstLook, lastOf, newestFirst, type Range, readNewest, readSpread, sizeOf, spreadOver, storedRanges } from "../hub/history.ts";
import type { Hub } from "../hub/hub.ts";
import type { RecordBatch } from "../kafka/batch.ts";
import type { PanelMessage, RecordFilter } from "../protocol/client-message.ts";
import type { PanelRecord } from "../protocol/server-message.ts";
import { toPanelRecord } from "./panel-record.ts";
import { RecordsPanel, type Source, type Stored } from "./records-panel.ts";
import { TablePanel } from "./table-panel.ts";
import type { Outlet } from "./watcher.ts";

export interface Panel {
  close(): void;
}

export type PanelHub = Pick<Hub, "config" | "admin" | "archive" | "live" | "tables">;

const listRecords = 500;
/** A filter looks so far back, or as far as mostBytes go. */
const searchedRecords = 50_000;
const chartRecords = 2500;
/** A topic of no more records is read whole for a chart, and thinned then. */
const mostThinned = 50_000;
const mostBytes = 16 << 20;

export function openPanel(hub: PanelHub, message: PanelMessage, outlet: Outlet): Panel {
  const { panel, topic } = message;
  switch (message.type) {
    case "table":
      return new TablePanel(hub.tables, panel, topic, message.by, outlet);
    case "chart":
      return new RecordsPanel(hub.live, panel, topic, { stored: (ends, signal) => spread(hub, topic, ends, message.sinceMs, signal), pick: "spread" }, outlet);
    case "tail": {
      const matches = message.filter ? matcher(message.filter) : undefined;
      const stored: Source["stored"] = (ends, signal) => (matches ? found(hub, topic, ends, matches, signal) : last(hub, topic, ends, signal));
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

/** The last records that a filter finds. What is searched is not kept: it would displace what others look at. */
async function found({ config, admin }: PanelHub, topic: string, ends: ReadonlyMap<number, number>, matches: Matches, signal: AbortSignal): Promise<Stored> {
  const stored = await storedRanges(admin, topic, ends, null);
  const ranges = lastOf(stored, searchedRecords);
  const hits = new Map<number, PanelRecord[]>(ranges.map(({ partition }) => [partition, []]));
  let looked = 0;
  const take = (batch: RecordBatch) => {
    looked += batch.length;
    for (let index = 0; index < batch.length; index++) if (matches(batch, index)) hits.get(batch.partition(index))?.push(toPanelRecord(batch.record(index)));
  };
  // Of large records the last few are all that there is room for; offsets that compaction emptied are no records.
  const unread = await readNewest(config, ranges, mostBytes, take, signal);
  if (looked === 0 && unread > 0) throw notInTime(topic);
  const partitions = [...hits.values()].map((records) => records.sort((a, b) => a.offset - b.offset));
  return { records: inOrder(partitions).slice(-listRecords), skipped: 0, looked, all: sizeOf(stored) === sizeOf(ranges) && unread === 0 };
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

function notInTime(topic: string): KtError {
  return new KtError({ code: "kafka", message: `The last records of '${topic}' were not read in time.`, retryable: true });
}

/** One partition's records keep their order; several stand in no order to each other but their times'. */
function inOrder(partitions: PanelRecord[][]): PanelRecord[] {
  return partitions.length === 1 ? (partitions[0] as PanelRecord[]) : byTime(partitions.flat());
}

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
