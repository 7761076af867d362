/** Cells of a table in their order, and as text. Pure. */
import type { Cell } from "../../format/fields.ts";

const collator = new Intl.Collator("en", { numeric: true });

/** Numbers before texts, each in their order. */
export function compareCells(a: Cell, b: Cell): number {
  if (typeof a === "number" && typeof b === "number") return a === b ? 0 : a < b || Number.isNaN(b) ? -1 : Number.isNaN(a) || a > b ? 1 : 0;
  if (typeof a === "number" || typeof b === "number") return typeof a === "number" ? -1 : 1;
  return collator.compare(cellText(a), cellText(b));
}

export function cellText(cell: Cell): string {
  return cell === null ? "null" : String(cell);
}
