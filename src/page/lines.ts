/** A chart's lines, made of samples: the mean over each stretch of time, between the least and the greatest. Pure. */
import { joined, type Measure, mostLines } from "../format/measure.ts";
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
export interface Stretch {
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
export function linesByKey(log: Pick<SampleLog, "samples" | "keys">, field: string, fromMs: number, seen: Stretch): Lines {
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
  seen: Stretch,
): Lines {
  const each: Each = ({ numbers }, put) => {
    const measure = numbers.get(field);
    if (measure) put(0, measure);
  };
  return lines(samples, [name], fromMs, seen, each, roundsPerPlace * keyCount);
}

/** A line for each field, of all records. */
export function linesByField({ samples }: Pick<SampleLog, "samples">, fields: string[], fromMs: number, seen: Stretch): Lines {
  const names = fields.slice(0, mostLines);
  return lines(samples, names, fromMs, seen, ({ numbers }, put) => {
    for (const [line, name] of names.entries()) {
      const measure = numbers.get(name);
      if (measure) put(line, measure);
    }
  });
}

type Each = (sample: Sample, put: (line: number, measure: Measure) => void) => void;
type Place = { atMs: number; measures: (Measure | undefined)[] };

/**
 * Samples of one stretch share their place, so that the lines of keys that are sent together are read together.
 * @param perPlace numbers at least, on average
 */
function lines(samples: Sample[], names: string[], fromMs: number, seen: Stretch, each: Each, perPlace = 1): Lines {
  const drawn = samples.filter(({ atMs }) => atMs >= fromMs);
  const widthMs = widthOf(drawn, seen, each, perPlace);
  const places: Place[] = [];
  const lasts: (number | null)[] = names.map(() => null);
  let stretch: number | undefined;
  for (const sample of drawn)
    each(sample, (line, measure) => {
      const its = widthMs === 0 ? sample.atMs : Math.floor(sample.atMs / widthMs);
      if (its !== stretch) places.push({ atMs: sample.atMs, measures: names.map(() => undefined) });
      stretch = its;
      const { measures } = places.at(-1) as Place;
      measures[line] = joined(measures[line], measure);
      lasts[line] = perPlace === 1 && measure[3] === 1 ? measure[2] : null;
    });
  if (perPlace > 1) joinEnds(places, perPlace / 2);
  const columns = <Value>(of: (measure: Measure | undefined) => Value) => names.map((_, line) => places.map(({ measures }) => of(measures[line])));
  const numbers = (of: (measure: Measure) => number) => columns((measure) => (measure ? of(measure) : null));
  return {
    names,
    timesMs: places.map(({ atMs }) => atMs),
    means: numbers(([, , sum, count]) => (count > 0 ? sum / count : Number.NaN)),
    lows: numbers(([min, , , count]) => (count > 0 ? min : Number.NaN)),
    highs: numbers(([, max, , count]) => (count > 0 ? max : Number.NaN)),
    counts: columns((measure) => measure?.[3] ?? 0),
    lasts,
  };
}

/** 0 where there is room for every sample. A power of two, so that what is drawn does not change with each that comes. */
function widthOf(samples: Sample[], { fromMs, toMs }: Stretch, each: Each, perPlace: number): number {
  const seen = samples.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last || (perPlace === 1 && seen.length <= mostPlaces)) return 0;
  let count = 0;
  if (perPlace > 1)
    for (const sample of seen)
      each(sample, (_, measure) => {
        count += measure[3];
      });
  const places = perPlace > 1 ? Math.min(mostPlaces, Math.max(1, count / perPlace)) : mostPlaces;
  return 2 ** Math.max(0, Math.ceil(Math.log2((last.atMs - first.atMs) / places)));
}

/** The first and the last place may have a part of their stretch only, and so of the keys. */
function joinEnds(places: Place[], least: number): void {
  const count = ({ measures }: Place) => measures.reduce((sum, measure) => sum + (measure?.[3] ?? 0), 0);
  const join = (into: Place, { measures }: Place) => {
    for (const [line, measure] of measures.entries()) if (measure) into.measures[line] = joined(into.measures[line], measure);
  };
  const [first, second] = places;
  if (first && second && count(first) < least) {
    join(second, first);
    second.atMs = first.atMs;
    places.shift();
  }
  const [before, last] = places.slice(-2);
  if (before && last && count(last) < least) {
    join(before, last);
    places.pop();
  }
}
