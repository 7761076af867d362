/** What a panel of the page shows of a topic, by its kind. */
import { ChartPointMaker } from "../../hub/data/chart-points.ts";
import { firstLook, lastOf, newestFirst, readSpread, sizeOf, spreadOver, storedStretches } from "../../hub/data/history.ts";
import type { Hub } from "../../hub/hub.ts";
import type { RecordBatch } from "../../kafka/batch.ts";
import type { PanelMessage } from "../../protocol/client-message.ts";
import type { PanelRecord } from "../../protocol/server-message.ts";
import type { Stretch } from "../../record.ts";
import { found, matcher, notInTime } from "../paths/search.ts";
import { BoxesPanel } from "./boxes-panel.ts";
import { inOrder, toPanelRecord } from "./panel-record.ts";
import { RecordsPanel, type Source, type Stored } from "./records-panel.ts";
import { rowHistory } from "./row-history.ts";
import { TablePanel } from "./table-panel.ts";
import type { PageLink } from "./watcher.ts";

export interface Panel {
  close(): void;
}

export type PanelHub = Pick<Hub, "config" | "admin" | "archive" | "live" | "tables" | "catalogue" | "detections">;

const listRecords = 500;
/** A topic of no more records is read whole for a chart. */
const mostChartRecords = 50_000;
const mostBytes = 16 << 20;

export function openPanel(hub: PanelHub, message: PanelMessage, link: PageLink): Panel {
  const { panel, topic } = message;
  switch (message.type) {
    case "table":
      return new TablePanel(hub.tables, panel, topic, message.by, link);
    case "boxes":
      return new BoxesPanel(hub, message, link);
    case "history":
      return new RecordsPanel(hub.live, panel, topic, rowHistory(hub, message), link);
    case "chart":
      return new RecordsPanel(hub.live, panel, topic, { stored: (ends, signal) => chartOf(hub, message, ends(), signal), pick: "spread" }, link);
    case "tail": {
      const matches = message.filter ? matcher(message.filter) : undefined;
      const stored: Source["stored"] = (ends, signal) => (matches ? found(hub, topic, ends(), matches, signal) : last(hub, topic, ends(), signal));
      return new RecordsPanel(hub.live, panel, topic, { stored, pick: "newest", matches }, link);
    }
  }
}

/** The topic's last records, which every viewer begins with: read once for all of them. */
async function last({ archive, admin }: PanelHub, topic: string, ends: ReadonlyMap<number, number>, signal: AbortSignal): Promise<Stored> {
  const log = archive.until(signal);
  const ranges = lastOf(await storedStretches(admin, topic, ends, null), listRecords);
  const ofPartition = async ({ partition, from, to }: Stretch) => {
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

/** Points for all of the topic since a time: of what is too much to be read, of stretches that are spread evenly over it. */
async function chartOf(
  { config, admin }: PanelHub,
  { topic, sinceMs, by }: Extract<PanelMessage, { type: "chart" }>,
  ends: ReadonlyMap<number, number>,
  signal: AbortSignal,
): Promise<Stored> {
  const ranges = await storedStretches(admin, topic, ends, sinceMs);
  const [newest, rest] = newestFirst(ranges, firstLook);
  const points = new ChartPointMaker(by);
  let bytes = 0;
  let unread = 0;
  // The last ones tell how large the records are.
  const takeNewest = (batch: RecordBatch) => {
    for (let index = 0; index < batch.length; index++) bytes += batch.value(index)?.length ?? 0;
    points.take(batch, true);
  };
  unread += await readSpread(config, newest, mostBytes, takeNewest, signal);
  const most = Math.min(mostChartRecords, mostBytes / Math.max(1, bytes / Math.max(1, points.read)));
  unread += await readSpread(config, sizeOf(rest) <= most ? rest : spreadOver(rest, most), mostBytes, (batch) => points.take(batch), signal);
  if (points.read === 0 && unread > 0) throw notInTime(topic);
  return { records: [], skipped: 0, chart: points.finish(sizeOf(ranges)) };
}
