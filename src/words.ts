/** Quantities in words, alike at a terminal and on the page. */

const units = ["B", "kB", "MB", "GB", "TB", "PB"];

/** 999 B, 1.5 kB, 45 kB, 1.1 GB: thousands, as broker settings and disks are sold. */
export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  // What would be rounded to 1000 is one of the next unit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 9.95 ? 1 : 0)} ${units[unit]}`;
}

/** frame or frames, as so many are called. */
export const nounFor = (count: number, noun: string) => (count === 1 ? noun : `${noun}s`);

/** 1 record, 12,000 records. */
export const counted = (count: number, noun: string) => `${count.toLocaleString("en")} ${nounFor(count, noun)}`;
