/** A record's JSON taken apart into fields, as a table and a chart want them. Pure. */
import { parseSoon, writeJson } from "./lenient-json.ts";

export type Cell = string | number | boolean | null;

/** A field's name is the names that lead to it, with dots between: score.home. */
export interface Fields {
  cells: Map<string, Cell>;
  paths: Map<string, string[]>;
}

/** Objects in objects become columns to this depth; what is deeper is shown as JSON. */
const deepest = 2;
const mostFields = 40;
/** The field that a value has which is no object. */
export const wholeValue = "value";

/** undefined where the text is no JSON, or so large that it would take long. */
export function fieldsOf(text: string): Fields | undefined {
  const fields: Fields = { cells: new Map(), paths: new Map() };
  try {
    flatten(parseSoon(text), [], fields);
  } catch {
    return undefined;
  }
  return fields;
}

function flatten(value: unknown, path: string[], fields: Fields): void {
  const isList = Array.isArray(value);
  // A list's places are fields where it is the whole value, as in [1706700000, "BTC", 42.5]; inside a record it is one.
  if (typeof value === "object" && value !== null && path.length < (isList ? 1 : deepest)) {
    for (const [name, inner] of Object.entries(value)) {
      if (fields.cells.size >= mostFields) return;
      flatten(inner, [...path, name], fields);
    }
    return;
  }
  const name = path.join(".") || wholeValue;
  fields.cells.set(name, typeof value === "object" && value !== null ? writeJson(value) : (value as Cell));
  fields.paths.set(name, path);
}
