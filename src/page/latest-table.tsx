/** The latest value of each key, as a table that is always right. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { MissingRows } from "../protocol/server-message.ts";
import { FieldChoice } from "./field-choice.tsx";
import { SearchIcon } from "./icons.tsx";
import { useLiveDraw } from "./live-draw.ts";
import { useRowField } from "./row-field.ts";
import { TableGrid } from "./table-grid.tsx";
import { isNumeric, type Sort, TableModel } from "./table-model.ts";
import { useChoice, type ViewProps } from "./views.ts";
import { countText, plural } from "./words.ts";
import { Zone } from "./zone.tsx";

const drawEveryMs = 200;

export function LatestTable({ connection, topic, visible, large, onTrouble }: ViewProps) {
  const { name } = topic;
  const { field, choose: chooseField, fields, known } = useRowField(connection, topic, visible, onTrouble);
  const [sort, chooseSort] = useChoice<Sort | null>(name, "sort");
  const [find, setFind] = useState("");
  const [missing, setMissing] = useState<MissingRows>({ forgotten: 0, unread: 0 });
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

  const wanted = find.trim().toLowerCase();
  const rows = model
    .sorted(sort ?? null)
    .filter(({ key, cells }) => !wanted || [key, ...cells.values()].some((cell) => String(cell).toLowerCase().includes(wanted)));
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
      {rows.length > 0 ? (
        <TableGrid
          label={`Latest of ${name}`}
          keyTitle={by ?? "key"}
          columns={columns}
          widths={model.widths}
          rows={rows}
          sort={sort ?? null}
          onSort={chooseSort}
          large={large}
        />
      ) : (
        <p class="hint">
          {!known || (!unknown && !begun.current)
            ? "Reading…"
            : unknown
              ? "These records have no key: choose the field that tells the rows apart."
              : "No rows."}
        </p>
      )}
    </>
  );
}
