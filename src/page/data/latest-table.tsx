/** The latest value of each key, as a table that is always right. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { finder } from "../../format/visible-text.ts";
import type { MissingRows } from "../../protocol/server-message.ts";
import { SearchIcon } from "../parts/icons.tsx";
import { useLiveDraw } from "../parts/live-draw.ts";
import { countText, plural } from "../parts/words.ts";
import { Zone } from "../parts/zone.tsx";
import { FieldChoice } from "./field-choice.tsx";
import { useRowField } from "./row-field.ts";
import { RowHistory } from "./row-history.tsx";
import { TableGrid } from "./table-grid.tsx";
import { isNumeric, type Row, type Sort, TableModel } from "./table-model.ts";
import { useChoice, type ViewProps } from "./views.ts";

const drawEveryMs = 200;

export function LatestTable({ connection, topic, visible, large, onTrouble }: ViewProps) {
  const { name } = topic;
  const { field, choose: chooseField, fields, known } = useRowField(connection, topic, visible, onTrouble);
  const [sort, chooseSort] = useChoice<Sort | null>(name, "sort");
  const [find, setFind] = useState("");
  const [missing, setMissing] = useState<MissingRows>({ forgotten: 0, unread: 0 });
  const [opened, setOpened] = useState<Row | null>(null);
  const room = useRef<HTMLDivElement>(null);
  const begun = useRef(false);
  const by = field?.name ?? null;
  const model = useMemo(() => new TableModel(by), [by]);
  const draw = useLiveDraw(drawEveryMs);
  const unknown = !topic.keyed && field === undefined;

  useEffect(() => {
    if (!visible || unknown) return;
    return connection.rows(
      { type: "table", topic: name, by: field?.path ?? null },
      ({ begins, records, missing: less }) => {
        if (begins) model.begin(records, Date.now());
        else model.take(records, Date.now());
        begun.current = true;
        setMissing((before) => (before.forgotten === less.forgotten && before.unread === less.unread ? before : less));
        draw();
      },
      onTrouble,
    );
  }, [connection, name, visible, unknown, model]);

  const wanted = find.trim();
  const finds = useMemo(() => finder(wanted), [wanted]);
  const rows = model.sorted(sort ?? null).filter(({ key, cells }) => !wanted || [key, ...cells.values()].some((cell) => finds(String(cell))));
  const close = () => {
    setOpened(null);
    // To where it was opened, or to what scrolls where that row is gone.
    const grid = room.current?.querySelector<HTMLElement>(".grid");
    const row = [...(grid?.querySelectorAll<HTMLElement>("[data-row]") ?? [])].find(({ dataset }) => dataset.row === opened?.id);
    requestAnimationFrame(() => (row ?? grid)?.focus());
  };
  const columns = model.columns.filter((column) => column !== by).map((column) => ({ name: column, numeric: isNumeric(rows, column) }));

  return (
    <>
      <div class="toolbar">
        <label class="filter">
          <SearchIcon />
          <input
            type="search"
            placeholder="Find"
            aria-label={`Find in ${name}`}
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => setFind(currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Escape" || find === "") return;
              event.preventDefault();
              event.stopPropagation();
              event.currentTarget.value = "";
              setFind("");
            }}
          />
        </label>
        {!topic.keyed && fields.length > 0 && <FieldChoice label="A row for each" fields={fields.map((one) => one.name)} chosen={by} onChoose={chooseField} />}
        <span class="facts count">
          {wanted ? `${countText(rows.length)} of ${plural(model.rows.size, "row")}` : plural(model.rows.size, "row")}
          {missing.forgotten > 0 && <span title="The rows that changed last are shown"> · {countText(missing.forgotten)} left out</span>}
          {missing.unread > 0 && <span title="Rows that only older records know are missing"> · without {plural(missing.unread, "older record")}</span>}
        </span>
        <Zone atMs={topic.lastTimestampMs} />
      </div>
      {rows.length > 0 || opened ? (
        <div class="grid-room" ref={room}>
          <TableGrid
            label={`Latest of ${name}`}
            keyTitle={by ?? "key"}
            columns={columns}
            widths={model.widths}
            rows={rows}
            sort={sort ?? null}
            onSort={chooseSort}
            large={large}
            covered={opened !== null}
            onOpen={setOpened}
          />
          {opened && (
            <RowHistory
              key={opened.id}
              connection={connection}
              topic={topic}
              by={field?.path ?? null}
              row={opened}
              visible={visible}
              large={large}
              onClose={close}
            />
          )}
        </div>
      ) : (
        <p class="hint">
          {!known || (!unknown && !begun.current)
            ? "Reading…"
            : unknown
              ? fields.length > 0
                ? "These records have no key: choose the field that tells the rows apart."
                : "These records have neither keys nor fields that could tell rows apart; the list shows them."
              : "No rows."}
        </p>
      )}
    </>
  );
}
