/** The rows of the list; of thousands only those in sight are in the document, and the one that has the focus. */
import type { ComponentChildren } from "preact";
import { Fragment } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { bytesText } from "../../words.ts";
import { useMedia } from "../parts/media.ts";
import { useRowWindow } from "../parts/row-window.ts";
import { countText, momentText, rateText } from "../parts/words.ts";
import { writeSubject } from "../subject.ts";
import type { ListColumn, ListRow, ListSort } from "./list-model.ts";
import { writeTopicsPlace } from "./place.ts";

const heads: { column: ListColumn; title: string; numeric: boolean; characters: number }[] = [
  { column: "name", title: "Name", numeric: false, characters: 40 },
  { column: "kind", title: "Kind", numeric: false, characters: 17 },
  { column: "partitions", title: "Partitions", numeric: true, characters: 13 },
  { column: "records", title: "Records", numeric: true, characters: 12 },
  { column: "bytes", title: "Size", numeric: true, characters: 12 },
  { column: "ratePerSecond", title: "Rate", numeric: true, characters: 11 },
  { column: "newestMs", title: "Newest", numeric: true, characters: 22 },
];
const keepCharacters = 7;
/** A narrow screen shows a little more than the names, and the rest by scrolling sideways. */
const narrow = "(max-width: 900px)";
const narrowName = 22;

interface Props {
  rows: ListRow[];
  sort: ListSort;
  onSort(sort: ListSort): void;
  /** What else stands in a row, at its end. */
  tools(row: ListRow): ComponentChildren;
  /** The row that has the focus, or would have it. */
  active: string | undefined;
  onActive(id: string): void;
  /** Gives the function that puts the focus on the row at a place. */
  focusOn: { current: (at: number) => void };
}

export function ListGrid({ rows, sort, onSort, tools, active, onActive, focusOn }: Props) {
  const scroller = useRef<HTMLElement>(null);
  const wanted = useRef<string>(undefined);
  const { first, last, rowHeight, height, look } = useRowWindow(scroller, rows.length);
  const isNarrow = useMedia(narrow);
  const widths = heads.map(({ characters }, i) => (i === 0 && isNarrow ? narrowName : characters));
  const allCharacters = widths.reduce((sum, characters) => sum + characters, keepCharacters);
  const at = rows.findIndex(({ id }) => id === active);
  const focus = (to: number) => {
    const index = Math.max(0, Math.min(rows.length - 1, to));
    const [row, box] = [rows[index], scroller.current];
    if (!row || !box) return;
    // Below the head, which stays, and above the end.
    if (index * rowHeight < box.scrollTop) box.scrollTop = index * rowHeight;
    if ((index + 2) * rowHeight > box.scrollTop + box.clientHeight) box.scrollTop = (index + 2) * rowHeight - box.clientHeight;
    wanted.current = row.id;
    onActive(row.id);
    look();
  };
  focusOn.current = focus;
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const link = scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(wanted.current)}"]`);
    link?.focus({ preventScroll: true });
    if (link) wanted.current = undefined;
  });
  const moved = (event: KeyboardEvent) => {
    const onRow = event.target instanceof HTMLElement && event.target.matches("[data-row]");
    const page = Math.max(1, Math.floor(height / rowHeight) - 2);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: rows.length - 1 }[event.key];
    if (!onRow || to === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    focus(to);
  };
  const drawn = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
  if (at >= 0 && at < first) drawn.unshift(at);
  if (at >= last) drawn.push(at);
  const nowMs = Date.now();
  let next = 0;
  return (
    <section class="grid topic-grid" ref={scroller} onScroll={look} onKeyDown={moved} aria-label="Topics and streams">
      <table aria-label="Topics and streams" aria-rowcount={rows.length + 1} style={{ width: `max(100%, ${allCharacters}ch)` }}>
        <colgroup>
          {widths.toSpliced(1, 0, keepCharacters).map((characters, i) => (
            <col key={i} style={{ width: `${characters}ch` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {heads.map((head, i) => (
              <Fragment key={head.column}>
                {i === 1 && (
                  <th scope="col" class="plain">
                    Wall
                  </th>
                )}
                <Head {...head} sort={sort} onSort={onSort} />
              </Fragment>
            ))}
          </tr>
        </thead>
        <tbody>
          {drawn.map((i) => {
            const row = rows[i] as ListRow;
            const gap = (i - next) * rowHeight;
            next = i + 1;
            return (
              <Fragment key={row.id}>
                <Gap height={gap} />
                <Row row={row} index={i} active={i === Math.max(0, at)} nowMs={nowMs} onActive={onActive}>
                  {tools(row)}
                </Row>
              </Fragment>
            );
          })}
          <Gap height={(rows.length - next) * rowHeight} />
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  row: ListRow;
  index: number;
  /** Tab leads to it. */
  active: boolean;
  nowMs: number;
  onActive(id: string): void;
  children: ComponentChildren;
}

function Row({ row, index, active, nowMs, onActive, children }: RowProps) {
  const { id, topic, key, name, kind, partitions, records, bytes, ratePerSecond, newestMs, trouble } = row;
  const href = key === null ? writeTopicsPlace({ topic }) : writeSubject({ topic, key });
  return (
    <tr aria-rowindex={index + 2}>
      <th scope="row" class={key === null ? undefined : "of-topic"} title={key === null ? name : `${name}, a stream of ${topic}`}>
        <a href={href} data-row={id} tabIndex={active ? 0 : -1} onFocus={() => onActive(id)}>
          <bdi>{name}</bdi>
          {key !== null && <span class="sr"> on the wall</span>}
        </a>
      </th>
      <td class="keep-cell">{children}</td>
      <td class={trouble === null ? undefined : "lacking"} title={trouble ?? undefined}>
        {kind}
        {trouble !== null && <span class="sr">: {trouble}</span>}
      </td>
      <td class="number">{countText(partitions)}</td>
      <td class="number">{records === null ? "" : countText(records)}</td>
      <td class="number">{bytes === null ? "" : bytesText(bytes)}</td>
      <td class="number">{ratePerSecond ? rateText(ratePerSecond) : ""}</td>
      <td class="number">{newestMs === null ? "" : momentText(newestMs, nowMs, "no date").replace(/\.\d+$/, "")}</td>
    </tr>
  );
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

interface HeadProps {
  column: ListColumn;
  title: string;
  numeric: boolean;
  sort: ListSort;
  onSort(sort: ListSort): void;
}

function Head({ column, title, numeric, sort, onSort }: HeadProps) {
  const state = sort.column === column ? (sort.descending ? "descending" : "ascending") : "none";
  // Of numbers and times the largest are wanted first.
  const descending = sort.column === column ? !sort.descending : numeric;
  return (
    <th scope="col" class={numeric ? "number" : undefined} aria-sort={state}>
      <button type="button" onClick={() => onSort({ column, descending })}>
        <span>{title}</span>
        <i aria-hidden="true">{state === "descending" ? "↓" : state === "ascending" ? "↑" : ""}</i>
      </button>
    </th>
  );
}
