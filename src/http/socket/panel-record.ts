/** A record as a panel shows it: no larger than somebody reads. */
import { isUtf8 } from "node:buffer";
import { toEnvelope } from "../../format/json.ts";
import type { PanelRecord } from "../../protocol/server-message.ts";
import type { KafkaRecord } from "../../record.ts";

/** JSON that is cut cannot be taken apart into fields: the limit is beyond what has fields worth a column. */
export const shownBytes = 64 << 10;
/** Of bytes that are no text, less is read. */
const shownBinaryBytes = 16 << 10;
/** The longest UTF-8 character but one byte. */
const characterRest = 3;

export function toPanelRecord(record: KafkaRecord): PanelRecord {
  const { value } = record;
  const valueBytes = value?.length ?? 0;
  return { ...toEnvelope(valueBytes > shownBinaryBytes && value ? { ...record, value: cut(value) } : record), valueBytes };
}

function cut(value: Uint8Array): Uint8Array {
  const most = Math.min(value.length, shownBytes);
  const longest = most === value.length ? 0 : characterRest;
  for (let less = 0; less <= longest; less++) if (isUtf8(value.subarray(0, most - less))) return value.subarray(0, most - less);
  return value.subarray(0, shownBinaryBytes);
}

/** One partition's records keep their order; several stand in no order to each other but their times'. */
export function inOrder(partitions: PanelRecord[][]): PanelRecord[] {
  return partitions.length === 1 ? (partitions[0] as PanelRecord[]) : byTime(partitions.flat());
}

export function byTime(records: PanelRecord[]): PanelRecord[] {
  return records.sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
}
