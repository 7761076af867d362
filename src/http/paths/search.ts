/** Looks for records among the last of a topic. */
import { KtError } from "../../errors.ts";
import { finder } from "../../format/visible-text.ts";
import { lastOf, readNewest, sizeOf, storedStretches } from "../../hub/data/history.ts";
import type { Hub } from "../../hub/hub.ts";
import type { RecordBatch } from "../../kafka/batch.ts";
import type { RecordFilter } from "../../protocol/client-message.ts";
import type { PanelRecord } from "../../protocol/server-message.ts";
import { inOrder, toPanelRecord } from "../socket/panel-record.ts";
import type { Stored } from "../socket/records-panel.ts";

const listRecords = 500;
/** A filter looks so far back, or as far as mostBytes go. */
const searchedRecords = 50_000;
const mostBytes = 16 << 20;
/** Sixteen times what is shown of a value: while more of it is made a text, nobody else is answered. */
const lookedThroughBytes = 1 << 20;

export type Matches = (batch: RecordBatch, index: number) => boolean;

export function matcher({ key, text }: RecordFilter): Matches {
  const [ofKey, anywhere] = [finder(key), finder(text)];
  const has = (bytes: Buffer | null, finds: (text: string) => boolean) => bytes !== null && finds(bytes.toString("utf8", 0, lookedThroughBytes));
  return (batch, index) =>
    (key === "" || has(batch.key(index), ofKey)) && (text === "" || has(batch.value(index), anywhere) || has(batch.key(index), anywhere));
}

/** The last records that a filter finds. What is searched is not kept: it would displace what others look at. */
export async function found(
  { config, admin }: Pick<Hub, "config" | "admin">,
  topic: string,
  ends: ReadonlyMap<number, number>,
  matches: Matches,
  signal: AbortSignal,
): Promise<Stored> {
  const stored = await storedStretches(admin, topic, ends, null);
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

/** Nothing was read of what there is. */
export function notInTime(topic: string): KtError {
  return new KtError({ code: "kafka", message: `The last records of '${topic}' were not read in time.`, retryable: true });
}
