/** Numbers for people. */

/** Three digits that count, and no more: 0.0123, 4.56, 789, 1,234,567 as 1,230,000. */
export function short(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(3));
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
  return rounded.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const ratio = (value: number) => value.toFixed(2);
