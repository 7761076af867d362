/** What is missing between records that stand next to each other in a list: offsets that no record has. Pure. */
import type { PanelRecord } from "../../../protocol/server-message.ts";

export type Row = { record: PanelRecord } | { gap: { partition: number; from: number; to: number } };

/**
 * Of a list that leaves nothing out, the rows with the gaps between its records, in their place.
 * @param records in the order of their offsets within each partition, or all in the other one
 */
export function withGaps(records: readonly PanelRecord[]): Row[] {
  const last = new Map<number, number>();
  return records.flatMap((record): Row[] => {
    const before = last.get(record.partition);
    last.set(record.partition, record.offset);
    if (before === undefined) return [{ record }];
    const [low, high] = before < record.offset ? [before, record.offset] : [record.offset, before];
    return high - low > 1 ? [{ gap: { partition: record.partition, from: low + 1, to: high } }, { record }] : [{ record }];
  });
}
