/** The numbers of a topic's records by their time, bounded, and lines made of them. Pure. */
import type { PanelRecord } from "../protocol/server-message.ts";
import { fieldsOf } from "./fields.ts";

export interface Sample {
  id: string;
  atMs: number;
  /** What tells the lines apart: the record's key or a field of it; null where it has none. */
  key: string | null;
  numbers: ReadonlyMap<string, number>;
}

/** What a chart draws: for each time each line's value; null where it has none, NaN where what it has is no number to draw. */
export interface Lines {
  names: string[];
  timesMs: number[];
  values: (number | null)[][];
}

const mostSamples = 6000;
/** ECMA-262: the last time that a Date can have. A record of a later one has no place on a line that shows any other. */
const lastDateMs = 8.64e15;
const mostRemembered = 2 * mostSamples;
/** More lines cannot be told apart. */
export const mostLines = 12;

export class SampleLog {
  /** In the order of their times. */
  samples: Sample[] = [];
  /** Fields that had a number, in the order in which they were first seen. */
  readonly fields: string[] = [];
  /** Likewise. */
  readonly keys: string[] = [];
  readonly #by: string | null;
  #ids = new Set<string>();

  /** @param by the field that stands for the key where records have none */
  constructor(by: string | null) {
    this.#by = by;
  }

  clear(): void {
    this.samples = [];
    this.#ids.clear();
  }

  add(records: PanelRecord[]): void {
    const fresh = records.flatMap((record) => this.#sampleOf(record) ?? []);
    if (fresh.length === 0) return;
    const sorted = fresh.every(({ atMs }, i) => atMs >= (fresh[i - 1]?.atMs ?? this.samples.at(-1)?.atMs ?? 0));
    this.samples.push(...fresh);
    if (!sorted) this.samples.sort((a, b) => a.atMs - b.atMs);
    if (this.samples.length > mostSamples) this.#thin();
    if (this.#ids.size > mostRemembered) this.#ids = new Set(this.samples.map(({ id }) => id));
  }

  #sampleOf(record: PanelRecord): Sample | undefined {
    const id = `${record.partition}:${record.offset}`;
    const isPlaced = record.timestamp !== null && Math.abs(record.timestamp) <= lastDateMs;
    const fields = record.value === null || record.encoding.value !== "utf8" || !isPlaced ? undefined : fieldsOf(record.value);
    if (!fields || record.timestamp === null || this.#ids.has(id)) return undefined;
    const numbers = new Map<string, number>();
    for (const [name, cell] of fields.cells) if (typeof cell === "number") numbers.set(name, Number.isFinite(cell) ? cell : Number.NaN);
    if (numbers.size === 0) return undefined;
    this.#ids.add(id);
    for (const name of numbers.keys()) if (!this.fields.includes(name)) this.fields.push(name);
    const named = this.#by === null ? undefined : fields.cells.get(this.#by);
    const key = record.key ?? (named === undefined || named === null ? null : String(named));
    if (key !== null && this.keys.length < 10 * mostLines && !this.keys.includes(key)) this.keys.push(key);
    return { id, atMs: record.timestamp, key, numbers };
  }

  /** Of the older half every second one goes, of each key by itself: a line becomes coarser and does not end. */
  #thin(): void {
    const half = this.samples.length >> 1;
    const kept = new Map<string | null, boolean>();
    const older = this.samples.slice(0, half).filter(({ key }) => {
      kept.set(key, !kept.get(key));
      return kept.get(key);
    });
    this.samples = [...older, ...this.samples.slice(half)];
  }
}

/** A line for each key, of one field. */
export function linesByKey({ samples, keys }: Pick<SampleLog, "samples" | "keys">, field: string, sinceMs: number): Lines {
  const names = [...keys].sort(new Intl.Collator("en", { numeric: true }).compare).slice(0, mostLines);
  return lines(samples, names, sinceMs, ({ key, numbers }, put) => {
    const value = numbers.get(field);
    if (key !== null && value !== undefined) put(names.indexOf(key), value);
  });
}

/** A line for each field, of all records. */
export function linesByField({ samples }: Pick<SampleLog, "samples">, fields: string[], sinceMs: number): Lines {
  const names = fields.slice(0, mostLines);
  return lines(samples, names, sinceMs, ({ numbers }, put) => {
    for (const [i, name] of names.entries()) {
      const value = numbers.get(name);
      if (value !== undefined) put(i, value);
    }
  });
}

/** Samples of one time share their place, so that the lines of keys that are sent together are read together. */
function lines(samples: Sample[], names: string[], sinceMs: number, each: (sample: Sample, put: (line: number, value: number) => void) => void): Lines {
  const timesMs: number[] = [];
  const values: (number | null)[][] = names.map(() => []);
  for (const sample of samples) {
    if (sample.atMs < sinceMs) continue;
    each(sample, (line, value) => {
      if (line < 0) return;
      if (timesMs.at(-1) !== sample.atMs) {
        timesMs.push(sample.atMs);
        for (const column of values) column.push(null);
      }
      (values[line] as (number | null)[])[timesMs.length - 1] = value;
    });
  }
  return { names, timesMs, values };
}

const timeNames = /(^|[._-])(ts|time|timestamp|date|at|epoch)$/i;
const countNames = /(^|[._-])(id|seq|offset|index|no|nr|version)$/i;

/** The field that a chart begins with: a measured number rather than a time, an id or one that never changes. */
export function likelyField({ samples, fields }: Pick<SampleLog, "samples" | "fields">): string | undefined {
  const changes = (field: string) => new Set(samples.flatMap(({ numbers }) => numbers.get(field) ?? []).filter(Number.isFinite)).size > 1;
  const measured = fields.filter((field) => !timeNames.test(field) && !countNames.test(field));
  return measured.find(changes) ?? measured[0] ?? fields[0];
}
