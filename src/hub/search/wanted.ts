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

/** The numbers of those records of a batch that are wanted, in order. @throws PatternError */
export type Finder = (batch: RecordBatch) => number[];
type Check = (batch: RecordBatch, index: number) => boolean;

/** What is shorter stands in too many records. */
const shortestSieve = 3;

export function isEverything({ key, header, contains, pattern }: Wanted): boolean {
  return key === undefined && header === undefined && contains === undefined && pattern === undefined;
}

/** @throws PatternError */
export function finderOf({ key, header, contains, pattern }: Wanted): Finder {
  const compiled = pattern === undefined ? undefined : compilePattern(pattern);
  const filter = recordFilter({ key, headers: header ? [header] : [], grep: undefined });
  const sieve = longest(contains, key, compiled && Buffer.from(compiled.literal));
  const checks: Check[] = [];
  if (filter) checks.push(filter);
  if (contains && contains !== sieve) checks.push((batch, index) => hasText(batch, index, contains));
  if (compiled) checks.push((batch, index) => matches(compiled, batch, index));
  const wanted = (batch: RecordBatch) => (index: number) => checks.every((check) => check(batch, index));
  if (sieve) return checks.length === 0 ? (batch) => having(batch, sieve) : (batch) => having(batch, sieve).filter(wanted(batch));
  return (batch) => {
    const isWanted = wanted(batch);
    const found: number[] = [];
    for (let index = 0; index < batch.length; index++) if (isWanted(index)) found.push(index);
    return found;
  };
}

function longest(...texts: (Buffer | undefined)[]): Buffer | undefined {
  return texts.filter((text) => text !== undefined && text.length >= shortestSieve).sort((a, b) => (b?.length ?? 0) - (a?.length ?? 0))[0];
}

function matches(pattern: Pattern, batch: RecordBatch, index: number): boolean {
  const [at, length] = [batch.valueAt(index), batch.valueLength(index)];
  return length >= 0 && pattern.isIn(batch.memory, at, at + length);
}

function hasText(batch: RecordBatch, index: number, text: Buffer): boolean {
  const isIn = (at: number, length: number) => length >= text.length && batch.memory.subarray(at, at + length).includes(text);
  return isIn(batch.valueAt(index), batch.valueLength(index)) || isIn(batch.keyAt(index), batch.keyLength(index));
}

/** Looks through all of the batch's memory at once for what the key or the value has, and then whose the place is. */
function having(batch: RecordBatch, text: Buffer): number[] {
  const { memory, starts } = batch;
  const found: number[] = [];
  for (let at = starts.length === 0 ? -1 : memory.indexOf(text, starts[0]); at >= 0; ) {
    const index = indexAt(starts, at);
    const end = at + text.length;
    const isIn = (from: number, length: number) => from <= at && end <= from + length;
    const isFound = isIn(batch.valueAt(index), batch.valueLength(index)) || isIn(batch.keyAt(index), batch.keyLength(index));
    if (isFound) found.push(index);
    // Of one that is found the rest is of no interest.
    const next = isFound ? starts[index + 1] : at + 1;
    if (next === undefined) break;
    at = memory.indexOf(text, next);
  }
  return found;
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
