/** The last records of a topic, bounded; what comes twice after a reconnect is kept once. Pure. */
import type { PanelRecord } from "../protocol/server-message.ts";

export const keptRecords = 500;

export class RecordLog {
  /** Oldest first. */
  records: PanelRecord[] = [];
  /** Came too fast to be sent to the page. */
  skipped = 0;
  #known = new Set<string>();
  #filter = "null";

  /** The list begins, or begins again after a reconnect; with another filter, of what was there nothing stays. */
  begin(filter: string): void {
    if (filter === this.#filter) return;
    this.#filter = filter;
    this.#known.clear();
    this.records = [];
    this.skipped = 0;
  }

  add(records: PanelRecord[], skipped: number): void {
    this.skipped += skipped;
    const fresh = records.filter((record) => !this.#known.has(recordId(record)));
    for (const record of fresh) this.#known.add(recordId(record));
    const all = [...this.records, ...fresh];
    for (const record of all.slice(0, -keptRecords)) this.#known.delete(recordId(record));
    this.records = all.slice(-keptRecords);
  }
}

/** With the time, because a topic that was deleted and made again counts from 0 again. */
export function recordId({ partition, offset, timestamp }: PanelRecord): string {
  return `${partition}:${offset}:${timestamp}`;
}
