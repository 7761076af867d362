/** Which records a search is for, decided on a batch's bytes: where only a few match, most are never looked at one by one. */
import { recordFilter } from "../../format/filter.ts";
import { compilePattern, type Pattern } from "../../format/pattern/pattern.ts";
import type { RecordBatch } from "../../kafka/batch.ts";

export interface Wanted {
  key: Buffer | undefined;
  /** Without a value the name alone counts. */
  header: { name: string; value: Buffer | undefined } | undefined;
  /** Bytes that the key or the value has. */
  contains: Buffer | undefined;
  /** Of format/pattern, which the value must match. */
  pattern: string | undefined;
}

/** The numbers of those records of a batch that are wanted, in order. */
export type Finder = (batch: RecordBatch) => Generator<number>;

export function isEverything({ key, header, contains, pattern }: Wanted): boolean {
  return key === undefined && header === undefined && contains === undefined && pattern === undefined;
}

/** @throws PatternError */
export function finderOf({ key, header, contains, pattern }: Wanted): Finder {
  const filter = recordFilter({ key, headers: header ? [header] : [], grep: undefined });
  const compiled = pattern === undefined ? undefined : compilePattern(pattern);
  const candidates = contains && contains.length > 0 ? (batch: RecordBatch) => having(batch, contains) : each;
  return function* (batch) {
    for (const index of candidates(batch)) if ((!filter || filter(batch, index)) && (!compiled || matches(compiled, batch, index))) yield index;
  };
}

function* each(batch: RecordBatch): Generator<number> {
  for (let index = 0; index < batch.length; index++) yield index;
}

function matches(pattern: Pattern, batch: RecordBatch, index: number): boolean {
  const [at, length] = [batch.valueAt(index), batch.valueLength(index)];
  return length >= 0 && pattern.isIn(batch.memory, at, at + length);
}

/** Looks through all of the batch's memory at once, and then whose the place is. */
function* having(batch: RecordBatch, bytes: Buffer): Generator<number> {
  const { memory, starts } = batch;
  if (starts.length === 0) return;
  for (let at = memory.indexOf(bytes, starts[0]); at >= 0; ) {
    const index = indexAt(starts, at);
    const end = at + bytes.length;
    const isIn = (from: number, length: number) => from <= at && end <= from + length;
    const isFound = isIn(batch.valueAt(index), batch.valueLength(index)) || isIn(batch.keyAt(index), batch.keyLength(index));
    if (isFound) yield index;
    // Of one that is found the rest is of no interest.
    const next = isFound ? starts[index + 1] : at + 1;
    if (next === undefined) return;
    at = memory.indexOf(bytes, next);
  }
}

/** The last record that begins at or before a place. */
function indexAt(starts: Uint32Array, at: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
