/** A chart's lines, made of samples: the mean over each stretch of time, between the least and the greatest. Pure. */
import { type Measure, mostLines } from "../../../format/measure.ts";
import type { Sample, SampleLog } from "./samples.ts";

/** For each time each line's numbers; null where it has none, NaN where what it has is no number to draw. */
export interface Lines {
  names: string[];
  timesMs: number[];
  means: (number | null)[][];
  lows: (number | null)[][];
  highs: (number | null)[][];
  /** How many numbers a mean is of. */
  counts: number[][];
  /** What each line ends with, where that is one record's number. */
  lasts: (number | null)[];
}

/** A stretch of time that is looked at. */
export interface TimeRange {
  fromMs: number;
  toMs: number;
}

/** More places than this are less than a pixel apart. */
const mostPlaces = 600;

/**
 * A line for each key, of one field.
 * @param fromMs what is older is left out
 * @param seen what is looked at, and drawn as finely as it is worth
 */
export function linesByKey(log: Pick<SampleLog, "samples" | "keys">, field: string, fromMs: number, seen: TimeRange): Lines {
  const names = [...log.keys].sort(new Intl.Collator("en", { numeric: true }).compare).slice(0, mostLines);
  const places = new Map(names.map((name, line) => [name, line]));
  return lines(log.samples, names, fromMs, seen, ({ key, numbers }, put) => {
    const measure = numbers.get(field);
    const line = key === null ? undefined : places.get(key);
    if (measure && line !== undefined) put(line, measure);
  });
}

/** Of so many numbers of each key, on average, is a mean of all keys: of a part of them it would go up and down with which these are. */
const roundsPerPlace = 3;

/** One line, of one field, of all keys together: of hundreds a dozen would tell nothing of the others. */
export function linesTogether(
  { samples, keyCount }: Pick<SampleLog, "samples" | "keyCount">,
  name: string,
  field: string,
  fromMs: number,
  seen: TimeRange,
): Lines {
  const each: Each = ({ numbers }, put) => {
    const measure = numbers.get(field);
    if (measure) put(0, measure);
  };
  return lines(samples, [name], fromMs, seen, each, roundsPerPlace * keyCount);
}

/** A line for each field, of all records. */
export function linesByField({ samples }: Pick<SampleLog, "samples">, fields: string[], fromMs: number, seen: TimeRange): Lines {
  const names = fields.slice(0, mostLines);
  return lines(samples, names, fromMs, seen, ({ numbers }, put) => {
    for (const [line, name] of names.entries()) {
      const measure = numbers.get(name);
      if (measure) put(line, measure);
    }
  });
}

type Each = (sample: Sample, put: (line: number, measure: Measure) => void) => void;

/**
 * Samples of one stretch share their place, so that the lines of keys that are sent together are read together.
 * @param perPlace numbers at least, on average
 */
function lines(samples: Sample[], names: string[], fromMs: number, seen: TimeRange, each: Each, perPlace = 1): Lines {
  const begin = firstFrom(samples, fromMs);
  const widthMs = widthOf(samples, begin, seen, each, perPlace);
  const timesMs: number[] = [];
  const empty = () => names.map((): (number | null)[] => []);
  // Until the end the means are sums. It is done over for all that is kept a few times a second: nothing is made for each sample.
  const [means, lows, highs, counts] = [empty(), empty(), empty(), names.map((): number[] => [])];
  const lasts = names.map((): number | null => null);
  const lastMs = names.map(() => Number.NaN);
  let stretch: number | undefined;
  const place = (atMs: number) => {
    const its = widthMs === 0 ? atMs : Math.floor(atMs / widthMs);
    if (its === stretch) return;
    stretch = its;
    timesMs.push(atMs);
    for (const columns of [means, lows, highs]) for (const column of columns) column.push(null);
    for (const column of counts) column.push(0);
  };
  const put = (line: number, at: number, [min, max, sum, count]: Measure) => {
    const column = means[line] as (number | null)[];
    const before = column[at] ?? Number.NaN;
    // NaN stands where there was no number to draw, and gives way to one.
    const isFirst = Number.isNaN(before);
    if (!isFirst && count === 0) return;
    column[at] = isFirst ? sum : before + sum;
    const [low, high, all] = [lows[line], highs[line], counts[line]] as [(number | null)[], (number | null)[], number[]];
    low[at] = isFirst ? min : Math.min(low[at] as number, min);
    high[at] = isFirst ? max : Math.max(high[at] as number, max);
    all[at] = (all[at] ?? 0) + count;
  };
  for (let index = begin; index < samples.length; index++) {
    const sample = samples[index] as Sample;
    each(sample, (line, measure) => {
      place(sample.atMs);
      put(line, timesMs.length - 1, measure);
      // Of several of the same moment none is the last.
      lasts[line] = perPlace === 1 && measure[3] === 1 && sample.atMs !== lastMs[line] ? measure[2] : null;
      lastMs[line] = sample.atMs;
    });
  }
  const all: Lines = { names, timesMs, means, lows, highs, counts, lasts };
  if (perPlace > 1) joinEnds(all, perPlace / 2, put);
  for (const [line, column] of means.entries())
    for (const [at, sum] of column.entries()) if (sum !== null) column[at] = sum / (counts[line]?.[at] || Number.NaN);
  return all;
}

function firstFrom(samples: Sample[], fromMs: number): number {
  const found = samples.findIndex(({ atMs }) => atMs >= fromMs);
  return found < 0 ? samples.length : found;
}

/** 0 where there is room for every sample. A power of two, so that what is drawn does not change with each that comes. */
function widthOf(samples: Sample[], begin: number, { fromMs, toMs }: TimeRange, each: Each, perPlace: number): number {
  const from = Math.max(begin, firstFrom(samples, fromMs));
  const to = toMs === Number.POSITIVE_INFINITY ? samples.length : samples.findLastIndex(({ atMs }) => atMs <= toMs) + 1;
  if (to <= from || (perPlace === 1 && to - from <= mostPlaces)) return 0;
  let count = 0;
  if (perPlace > 1)
    for (let index = from; index < to; index++)
      each(samples[index] as Sample, (_, measure) => {
        count += measure[3];
      });
  const places = perPlace > 1 ? Math.min(mostPlaces, Math.max(1, count / perPlace)) : mostPlaces;
  const lengthMs = (samples[to - 1] as Sample).atMs - (samples[from] as Sample).atMs;
  return 2 ** Math.max(0, Math.ceil(Math.log2(lengthMs / places)));
}

/** The first and the last place may have a part of their stretch only, and so of the keys. */
function joinEnds({ timesMs, means, lows, highs, counts }: Lines, least: number, put: (line: number, at: number, measure: Measure) => void): void {
  const isPart = (at: number) => timesMs.length > 1 && counts.reduce((sum, column) => sum + (column[at] ?? 0), 0) < least;
  const join = (at: number, into: number) => {
    for (const [line, column] of means.entries()) {
      const [min, max, sum, count] = [lows[line]?.[at], highs[line]?.[at], column[at], counts[line]?.[at]];
      if (typeof min === "number" && typeof max === "number" && typeof sum === "number") put(line, into, [min, max, sum, count ?? 0]);
    }
    for (const columns of [means, lows, highs, counts]) for (const column of columns) column.splice(at, 1);
    // The joined place begins where the first of the two did.
    timesMs.splice(Math.max(at, into), 1);
  };
  if (isPart(0)) join(0, 1);
  if (isPart(timesMs.length - 1)) join(timesMs.length - 1, timesMs.length - 2);
}
