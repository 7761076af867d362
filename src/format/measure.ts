/** What several numbers have in common: how a chart draws more of them than it has room for, without hiding any. Pure. */

/** The least, the greatest, the sum, and how many there are; of none, as of NaN, the first three are NaN. */
export type Measure = readonly [min: number, max: number, sum: number, count: number];

/** What is no number to draw is none: it neither hides the others nor is it drawn. */
export function measureOf(value: number): Measure {
  return Number.isFinite(value) ? [value, value, value, 1] : [Number.NaN, Number.NaN, Number.NaN, 0];
}

export function joined(one: Measure | undefined, other: Measure): Measure {
  if (!one || one[3] === 0) return other;
  if (other[3] === 0) return one;
  return [Math.min(one[0], other[0]), Math.max(one[1], other[1]), one[2] + other[2], one[3] + other[3]];
}

/** ECMA-262: the last time that a Date can have. A record of a later one has no place on a line that shows any other. */
export const lastDateMs = 8.64e15;

/** More lines cannot be told apart: the records of more keys are drawn together. */
export const mostLines = 12;
