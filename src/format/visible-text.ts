/** A text as its reader sees it: terminals' escape sequences taken out, JSON's escapes resolved. Pure. */

const esc = String.fromCharCode(0x1b);
const bell = String.fromCharCode(0x07);

/**
 * ECMA-48: a control sequence with its parameters and its final byte, a string such as a window's title up to its end,
 * or another escape of two characters; also one that the end of the text cuts off.
 */
const sequences = `${esc}(?:\\[([0-?]*)[ -/]*([@-~]|$)|[\\]PX^_][^${bell}${esc}]*(?:${bell}|${esc}\\\\|$)|[@-OQ-WYZ\\\\]|[ -/]+[0-~]|$)`;

/** With the parameters and the final byte of a control sequence as its groups; a new one, as it remembers where it is. */
export const ansiSequences = (): RegExp => new RegExp(sequences, "g");

export function hasAnsi(text: string): boolean {
  return text.includes(esc);
}

const pairOrOne = /\\(?:u(d[89ab][\da-f]{2})\\u(d[c-f][\da-f]{2})|u([\da-f]{4})|(.))/gis;
const short: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const character = (hexadecimal: string) => String.fromCharCode(Number.parseInt(hexadecimal, 16));

/** JSON's escapes as the characters that they stand for, wherever they are in the text. */
export function unescaped(text: string): string {
  return text.replaceAll(pairOrOne, (_, high?: string, low?: string, one?: string, other = "") =>
    high !== undefined && low !== undefined ? character(high) + character(low) : one !== undefined ? character(one) : (short[other] ?? other),
  );
}

/** Only those of characters that can be seen, and ESC: quotes, line ends and what turns the direction of writing stay escapes. */
export function legible(json: string): string {
  return json.replaceAll(pairOrOne, (all: string, high?: string, low?: string, one?: string) => {
    if (high !== undefined && low !== undefined) return character(high) + character(low);
    if (one === undefined) return all;
    const seen = character(one);
    return seen === esc || (seen > "~" && !/[\p{C}\p{Z}]/u.test(seen)) ? seen : all;
  });
}

/** Whatever its case, and however its accents are written. */
function folded(text: string): string {
  return text.normalize().toLowerCase();
}

/** @returns whether a text has it as it is written or as its reader sees it; a text with an escape can be looked for too */
export function finder(wanted: string): (text: string) => boolean {
  const what = folded(wanted);
  return (text) => {
    if (folded(text).includes(what)) return true;
    const seen = text.includes("\\") ? unescaped(text) : text;
    return (seen !== text || hasAnsi(seen)) && folded(seen.replaceAll(ansiSequences(), "")).includes(what);
  };
}
