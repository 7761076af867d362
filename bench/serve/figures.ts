/** How figures are printed. */
import { loadavg } from "node:os";
import { median, percentile } from "../support.ts";

export const ms = (value: number) => `${value.toFixed(1)} ms`;

export function spread(valuesMs: number[]): string {
  return `median ${ms(median(valuesMs))}, p99 ${ms(percentile(valuesMs, 99))}, most ${ms(Math.max(...valuesMs))}`;
}

export const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

export const load = () => `load ${(loadavg()[0] ?? 0).toFixed(1)}`;
