/** A topic as a table: a row for each key, a column for each field. Pure: the clock is passed in. */

import { type Cell, fieldsOf, wholeValue } from "../../format/fields.ts";
import type { PanelRecord } from "../../protocol/server-message.ts";
import { cellText, compareCells } from "./cells.ts";

export interface Row {
  id: string;
  /** The record's key as text, or the value of the field that tells the rows apart. */
  key: string;
  cells: ReadonlyMap<string, Cell>;
  /** The record's time. */
  atMs: number | null;
  partition: number;
  offset: number;
  /** When each column's cell last became another; a cell that never did is not among them. */
  changedAtMs: ReadonlyMap<string, number>;
}

/** A field's name, or what every record has. */
export type ColumnId = { field: string } | "key" | "time";
export interface Sort {
  column: ColumnId;
  descending: boolean;
}

const mostColumns = 40;

export class TableModel {
  readonly rows = new Map<string, Row>();
  /** In the order in which they were first seen, so that none ever moves. */
  readonly columns: string[] = [];
  /** The longest text so far, by column; "" is the key's. */
  readonly widths = new Map<string, number>();
  readonly #by: string | null;

  /** @param by the field that tells the rows apart; null where the records' keys do */
  constructor(by: string | null) {
    this.#by = by;
  }

  /** What comes replaces what was there: rows that are not among the new ones are gone. */
  begin(records: PanelRecord[], nowMs: number): void {
    const ids = new Set(records.map((record) => this.#idOf(record)));
    for (const id of this.rows.keys()) if (!ids.has(id)) this.rows.delete(id);
    this.take(records, nowMs);
  }

  take(records: PanelRecord[], nowMs: number): void {
    for (const record of records) {
      const id = this.#idOf(record);
      if (id === undefined) continue;
      if (record.value === null) this.rows.delete(id);
      else this.rows.set(id, this.#rowOf(id, record, nowMs));
    }
  }

  sorted(sort: Sort | null): Row[] {
    const rows = [...this.rows.values()];
    const { column, descending } = sort ?? { column: "key", descending: false };
    const cellOf = (row: Row): Cell | undefined => (column === "key" ? row.key : column === "time" ? (row.atMs ?? undefined) : row.cells.get(column.field));
    return rows.sort((a, b) => {
      const [one, other] = [cellOf(a) ?? null, cellOf(b) ?? null];
      // What has no value stands last, whichever way the rest goes.
      if (one === null || other === null) return one === other ? compareCells(a.key, b.key) : one === null ? 1 : -1;
      return (descending ? -1 : 1) * compareCells(one, other) || compareCells(a.key, b.key);
    });
  }

  #idOf(record: PanelRecord): string | undefined {
    if (this.#by === null) return record.key === null ? undefined : `${record.encoding.key} ${record.key}`;
    const cell = record.value === null ? undefined : fieldsOf(record.value)?.cells.get(this.#by);
    return cell === undefined || cell === null ? undefined : String(cell);
  }

  #rowOf(id: string, record: PanelRecord, nowMs: number): Row {
    const text = record.encoding.value === "utf8" ? (record.value ?? "") : "binary";
    const cells = new Map(fieldsOf(text)?.cells ?? [[wholeValue, text]]);
    const key = this.#by === null ? (record.key ?? "") : id;
    if (this.#by !== null) cells.delete(this.#by);
    this.#widen("", key);
    const before = this.rows.get(id);
    const changedAtMs = new Map(before?.changedAtMs);
    for (const [name, cell] of cells) {
      if (!this.columns.includes(name)) {
        if (this.columns.length >= mostColumns) continue;
        this.columns.push(name);
      }
      this.#widen(name, cellText(cell));
      if (before && !Object.is(before.cells.get(name), cell)) changedAtMs.set(name, nowMs);
    }
    return { id, key, cells, atMs: record.timestamp, partition: record.partition, offset: record.offset, changedAtMs };
  }

  #widen(column: string, text: string): void {
    this.widths.set(column, Math.max(this.widths.get(column) ?? 0, text.length));
  }
}

/** "a" and "b" of {"a":{},"b":1}: a column whose cells are numbers reads from its right end. */
export function isNumeric(rows: Iterable<Row>, column: string): boolean {
  let numbers = 0;
  for (const { cells } of rows) {
    const cell = cells.get(column);
    if (typeof cell === "number") numbers++;
    else if (cell !== undefined && cell !== null) return false;
  }
  return numbers > 0;
}
