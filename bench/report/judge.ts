/** What follows from figures. */
import type { Figure, Growth } from "./figure.ts";

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] as number;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export interface Ratio {
  median: number;
  least: number;
  most: number;
}

/** kt's value divided by the other's, round by round: what slows the machine down for a while slows both. */
export function ratioOf({ kt, other }: Figure): Ratio | undefined {
  if (!other) return undefined;
  if (kt.length !== other.values.length || kt.length === 0)
    throw new Error(`kt has ${kt.length} rounds, and ${other.name} ${other.values.length}: they are paired, so each has as many`);
  const ratios = kt.map((value, round) => value / (other.values[round] as number));
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}

/** Whether the bar is held; undefined where there is none. */
export function holds(figure: Figure): boolean | undefined {
  if (!figure.bar) return undefined;
  const value = ratioOf(figure)?.median ?? median(figure.kt);
  return value >= (figure.bar.least ?? Number.NEGATIVE_INFINITY) && value <= (figure.bar.most ?? Number.POSITIVE_INFINITY);
}

/** So much more than the work a step may cost before it is told: what one run differs from the next. */
const tolerance = 1.25;

export interface Step {
  from: number;
  to: number;
  /** How much more there was to do. */
  work: number;
  /** How much more it cost. */
  cost: number;
}

/** Where the cost grows faster than the work. */
export function steepSteps({ points }: Growth): Step[] {
  return points.slice(1).flatMap(({ count, values }, i) => {
    const before = points[i] as Growth["points"][number];
    const [work, cost] = [count / before.count, median(values) / median(before.values)];
    return cost > work * tolerance ? [{ from: before.count, to: count, work, cost }] : [];
  });
}
