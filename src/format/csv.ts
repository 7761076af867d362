/** Rows of CSV (RFC 4180) that a spreadsheet opens without running anything that stands in them. Pure. */

/** null is nothing at all, which "" in quotation marks is not. */
export type CsvCell = string | number | boolean | null;

/**
 * With one of these in front a spreadsheet takes a text for a formula, which may start programs and send away what stands
 * beside it (OWASP, CSV Injection); an apostrophe makes a text of it. The last are the wide ones of East Asian keyboards.
 */
const formula = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const number = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

export function csvRow(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const text = formula.test(cell) && !number.test(cell) ? `'${cell}` : cell;
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
