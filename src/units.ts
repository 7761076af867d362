/** Quantities as people write them: 200ms, 1:30, 64MB. */
import { KtError } from "./errors.ts";

const msIn = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const bytesIn = { "": 1, b: 1, k: 1000, kb: 1000, m: 1e6, mb: 1e6, g: 1e9, gb: 1e9, kib: 1024, mib: 1 << 20, gib: 1 << 30 } as const;

/**
 * 200ms, 1.5s, 2m, 1h, 7d, a plain number of seconds, or a clock: 1:30, 1:02:03.5.
 * @returns milliseconds
 * @throws KtError usage
 */
export function parseDuration(text: string, label: string): number {
  const amount = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text);
  if (amount) return Number(amount[1]) * msIn[(amount[2] ?? "s") as keyof typeof msIn];
  const clock = /^(?:(\d+):)?([0-5]?\d):([0-5]?\d(?:\.\d+)?)$/.exec(text);
  if (clock) return (Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3])) * 1000;
  throw KtError.usage(`${label} takes a time such as 200ms, 3s, 5m or 1:30, not '${text}'.`);
}

/**
 * 500000, 64MB (thousands), 64MiB.
 * @throws KtError usage
 */
export function parseBytes(text: string, label: string): number {
  const amount = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text);
  const unit = bytesIn[(amount?.[2] ?? "?").toLowerCase() as keyof typeof bytesIn];
  if (!amount || unit === undefined) throw KtError.usage(`${label} takes a size such as 500kB or 64MB, not '${text}'.`);
  return Math.round(Number(amount[1]) * unit);
}

/**
 * The words of a line as a shell would split them: quotes of both kinds, and the backslash.
 * @throws KtError usage for a quote that does not end
 */
export function splitWords(line: string, label: string): string[] {
  const words: string[] = [];
  const part = /\s+|"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^\s"'\\]+)|(["'\\])/gs;
  let word: string | undefined;
  for (const [space, double, single, escaped, plain, open] of line.matchAll(part)) {
    if (open !== undefined) throw KtError.usage(`${label} has a quote or backslash that does not end.`);
    const text = double?.replace(/\\(.)/g, "$1") ?? single ?? escaped ?? plain;
    if (text !== undefined) word = (word ?? "") + text;
    else if (space !== undefined && word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}
