/** What is missing between records that stand next to each other in a list: offsets that no record has, or that cannot be read. Pure. */

import type { Unreadable } from "../../../protocol/search-line.ts";
import type { PanelRecord } from "../../../protocol/server-message.ts";

export interface Gap {
  partition: number;
  from: number;
  to: number;
  /** Why it cannot be read; undefined where there is no record. */
  message?: string;
}

export type Row = { record: PanelRecord } | { gap: Gap };

/**
 * Of a list that leaves nothing out, the rows with the gaps between its records, in their place.
 * @param records in the order of their offsets within each partition, or all in the other one
 * @param unreadable those that stand between no two records come first
 */
export function withGaps(records: readonly PanelRecord[], unreadable: readonly Unreadable[] = []): Row[] {
  const last = new Map<number, number>();
  const told = new Set<Unreadable>();
  const rows = records.flatMap((record): Row[] => {
    const before = last.get(record.partition);
    last.set(record.partition, record.offset);
    if (before === undefined) return [{ record }];
    const [from, to] = before < record.offset ? [before + 1, record.offset] : [record.offset + 1, before];
    if (from >= to) return [{ record }];
    const inside = unreadable.filter((one) => one.partition === record.partition && one.from < to && one.to > from);
    for (const one of inside) told.add(one);
    const gaps: Row[] = inside.length > 0 ? inside.map((gap) => ({ gap })) : [{ gap: { partition: record.partition, from, to } }];
    return [...gaps, { record }];
  });
  return [...unreadable.filter((one) => !told.has(one)).map((gap) => ({ gap })), ...rows];
}
