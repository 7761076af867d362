/** The rows and columns of a table; of many rows only those in sight are in the document. */
import { useRef } from "preact/hooks";
import type { Cell } from "../../format/fields.ts";
import { useRowWindow } from "../parts/row-window.ts";
import { useToday } from "../parts/today.ts";
import { dayOf, exactText, momentText } from "../parts/words.ts";
import { cellText } from "./cells.ts";
import { moveBetweenRows } from "./record-row.tsx";
import type { ColumnId, Row, Sort } from "./table-model.ts";
import { Ansi } from "./text/ansi.tsx";
import { oneLine } from "./value.tsx";

const flashMs = 1200;
const shownCharacters = 200;
const mostTitle = 2000;
/** In characters, the room at both sides included. */
const narrowest = 7;
const widest = 30;
const timeWidth = 15;
/** With a day in front. */
const datedWidth = 22;

interface Column {
  name: string;
  numeric: boolean;
}

interface Props {
  label: string;
  keyTitle: string;
  columns: Column[];
  widths: ReadonlyMap<string, number>;
  rows: Row[];
  sort: Sort | null;
  onSort(sort: Sort | null): void;
  large: boolean;
  /** A record is shown in front of it. */
  covered: boolean;
  onOpen(row: Row): void;
}

export function TableGrid({ label, keyTitle, columns, widths, rows, sort, onSort, large, covered, onOpen }: Props) {
  const scroller = useRef<HTMLElement>(null);
  const { first, last, rowHeight, look } = useRowWindow(scroller, rows.length, large);
  const width = (column: string, title: string) => Math.min(widest, Math.max(narrowest, (widths.get(column) ?? 0) + 3, title.length + 5));
  const day = dayOf(Date.now());
  const dated = rows.some(({ atMs }) => atMs !== null && !(atMs >= day.fromMs && atMs < day.toMs));
  useToday();
  const keyWidth = Math.min(20, width("", keyTitle));
  const total = keyWidth + columns.reduce((sum, { name }) => sum + width(name, name), 0) + (dated ? datedWidth : timeWidth);
  const nowMs = Date.now();
  return (
    <section
      class="grid"
      ref={scroller}
      onScroll={look}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label={label}
      inert={covered}
      onKeyDown={(event) => moveBetweenRows(event, ".open-row", "first")}
    >
      <table aria-label={label} aria-rowcount={rows.length + 1} style={{ width: `max(100%, ${total}ch)` }}>
        <colgroup>
          <col style={{ width: `${keyWidth}ch` }} />
          {columns.map(({ name }) => (
            <col key={name} style={{ width: `${width(name, name)}ch` }} />
          ))}
          <col style={{ width: `${dated ? datedWidth : timeWidth}ch` }} />
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <Head id="key" title={keyTitle} sort={sort} onSort={onSort} />
            {columns.map(({ name, numeric }) => (
              <Head key={name} id={{ field: name }} title={name} numeric={numeric} sort={sort} onSort={onSort} />
            ))}
            <Head id="time" title="updated" sort={sort} onSort={onSort} numeric />
          </tr>
        </thead>
        <tbody>
          <Gap height={first * rowHeight} />
          {rows.slice(first, last).map((row, i) => (
            <tr key={row.id} aria-rowindex={first + i + 2} onClick={() => onOpen(row)}>
              <th scope="row" title={row.key}>
                <button type="button" class="open-row" tabIndex={-1} data-row={row.id} title={`${row.key}: the whole record, and its history`}>
                  {row.key === "" ? <span class="dim">""</span> : <Ansi text={row.key.slice(0, shownCharacters)} draw={oneLine} />}
                </button>
              </th>
              {columns.map(({ name, numeric }) => {
                const cell = row.cells.get(name);
                const changed = row.changedAtMs.get(name) ?? 0;
                return (
                  <td key={name} class={numeric ? "number" : undefined} title={titleOf(cell)}>
                    {cell !== undefined && (
                      // A new element begins the flash again; one that comes into sight later does not flash.
                      <span key={changed} class={nowMs - changed < flashMs ? "changed" : undefined}>
                        <CellText cell={cell} />
                      </span>
                    )}
                  </td>
                );
              })}
              <td class="number">
                <time title={`Partition ${row.partition}, offset ${row.offset}${row.atMs === null ? "" : `, ${exactText(row.atMs)}`}`}>
                  {row.atMs === null ? "–" : momentText(row.atMs, nowMs, "no date").replace(/\.\d+$/, "")}
                </time>
              </td>
            </tr>
          ))}
          <Gap height={(rows.length - last) * rowHeight} />
        </tbody>
      </table>
    </section>
  );
}

function CellText({ cell }: { cell: Cell }) {
  if (cell === null || cell === "") return <span class="dim">{cell === null ? "null" : '""'}</span>;
  const text = cellText(cell);
  return <Ansi text={text.slice(0, shownCharacters)} draw={oneLine} />;
}

/** What may not fit. */
function titleOf(cell: Cell | undefined): string | undefined {
  return typeof cell === "string" && cell.length > narrowest ? cell.slice(0, mostTitle) : undefined;
}

/** In place of the rows that are out of sight. */
function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr class="gap">
      <td style={{ height: `${height}px` }} />
    </tr>
  );
}

function Head({ id, title, sort, onSort, numeric }: { id: ColumnId; title: string; sort: Sort | null; onSort(sort: Sort | null): void; numeric?: boolean }) {
  const mine = sort !== null && JSON.stringify(sort.column) === JSON.stringify(id);
  const state = mine ? (sort.descending ? "descending" : "ascending") : undefined;
  // Of numbers and times the largest are wanted first; a third press gives the order up.
  const order = numeric ? [true, false] : [false, true];
  const next = mine ? (sort.descending === order[0] ? { column: id, descending: order[1] as boolean } : null) : { column: id, descending: order[0] as boolean };
  return (
    <th scope="col" class={numeric ? "number" : undefined} aria-sort={state ?? "none"}>
      <button type="button" title={title} onClick={() => onSort(next)}>
        <span>{title}</span>
        <i aria-hidden="true">{state === "descending" ? "↓" : state === "ascending" ? "↑" : ""}</i>
      </button>
    </th>
  );
}
