/** A table of facts. On a phone each row is a block, with the columns' titles beside the values. */
import type { ComponentChildren } from "preact";

export interface Column<Row> {
  title: string;
  /** What the title means, for who points at it. */
  hint?: string;
  isNumber?: boolean;
  /** On a phone it takes the whole width. */
  isWide?: boolean;
  cell(row: Row): ComponentChildren;
  /** Of all rows, below the others. */
  sum?: ComponentChildren;
}

interface Props<Row> {
  label: string;
  /** The first names the row. */
  columns: Column<Row>[];
  rows: Row[];
  keyOf(row: Row): string;
}

export function FactTable<Row>({ label, columns, rows, keyOf }: Props<Row>) {
  const kind = ({ isNumber, isWide }: Column<Row>) => [isNumber && "number", isWide && "wide"].filter(Boolean).join(" ") || undefined;
  const hasSums = columns.some(({ sum }) => sum !== undefined);
  return (
    <table class="facts-table" aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.title} scope="col" class={kind(column)} title={column.hint}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map((column, i) =>
              i === 0 ? (
                <th key={column.title} scope="row" data-title={column.title}>
                  {column.cell(row)}
                </th>
              ) : (
                <td key={column.title} class={kind(column)} data-title={column.title}>
                  {column.cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
      {hasSums && rows.length > 1 && (
        <tfoot>
          <tr>
            {columns.map((column, i) =>
              i === 0 ? (
                <th key={column.title} scope="row">
                  {column.sum}
                </th>
              ) : (
                <td key={column.title} class={[kind(column), column.sum === undefined && "none"].filter(Boolean).join(" ")} data-title={column.title}>
                  {column.sum}
                </td>
              ),
            )}
          </tr>
        </tfoot>
      )}
    </table>
  );
}
