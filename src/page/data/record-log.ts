/** The last records of a topic, bounded; what comes twice after a reconnect is kept once. Pure. */
import type { PanelRecord } from "../../protocol/server-message.ts";

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
    const [before, after] = this.#divide(fresh);
    const all = [...before, ...this.records, ...after];
    for (const record of all.slice(0, -keptRecords)) this.#known.delete(recordId(record));
    this.records = all.slice(-keptRecords);
  }

  /** What the topic held may come later than what was written since, where it could not be read at once. */
  #divide(fresh: PanelRecord[]): [before: PanelRecord[], after: PanelRecord[]] {
    const firsts = new Map<number, PanelRecord>();
    for (const record of this.records) if (!firsts.has(record.partition)) firsts.set(record.partition, record);
    const isBefore = ({ partition, offset, timestamp }: PanelRecord) => {
      const first = firsts.get(partition);
      // Of a topic that was made again the offsets begin anew, and its times go on.
      return first !== undefined && offset < first.offset && (timestamp ?? 0) <= (first.timestamp ?? 0);
    };
    return [fresh.filter(isBefore), fresh.filter((record) => !isBefore(record))];
  }
}

/** With the time, because a topic that was deleted and made again counts from 0 again. */
export function recordId({ partition, offset, timestamp }: PanelRecord): string {
  return `${partition}:${offset}:${timestamp}`;
}
