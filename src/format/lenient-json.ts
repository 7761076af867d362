/**
 * JSON as programs write it, which is not always JSON: Python's json.dumps writes NaN, Infinity and -Infinity, and
 * some editors a byte order mark in front. Pure; the page reads records by it too.
 */

/**
 * What is nested deeper is text. Engines read any depth, but write it, or visit each value, by calling themselves: a few
 * hundred kilobytes of brackets took seven seconds, and ended in a RangeError.
 */
const mostDepth = 512;
/** What is no longer takes milliseconds at worst, and looking at it would take as long as three times parsing it. */
const shortText = 4096;

/** Sees each value as JSON.parse's reviver does; the source is of a number, where it is known. */
export type Revive = (value: unknown, source: string | undefined) => unknown;

// Nobody's text has it: it is drawn when the program starts.
const mark = `${Math.random()}${Math.random()}`;
/** A string, which is passed over, or a word that JSON does not have. */
const strings = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b/gs;
const marked = new RegExp(`"${mark}(NaN|-?Infinity)"`, "g");

/** @throws SyntaxError where it is no JSON with all that, or is nested too deep */
export function parseJson(text: string, revive?: Revive): unknown {
  if (isTooDeep(text)) throw new SyntaxError(`nested deeper than ${mostDepth}`);
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const given = revive && ((_: string, value: unknown, context?: { source?: string }) => revive(value, context?.source));
  try {
    return JSON.parse(json, given);
  } catch (error) {
    if (!/NaN|Infinity/.test(json)) throw error;
    const words = json.replaceAll(strings, (found) => (found.startsWith('"') ? found : `"${mark}${found}"`));
    const unmarked = (value: unknown) => (typeof value === "string" && value.startsWith(mark) ? Number(value.slice(mark.length)) : value);
    return JSON.parse(words, (_: string, value: unknown, context?: { source?: string }) => {
      const number = unmarked(value);
      return number !== value || !revive ? number : revive(value, context?.source);
    });
  }
}

/** Whether a long text has more brackets open at once than that, as far as it is JSON. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = text.length > shortText ? 0 : text.length; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    // { is [ with the bit that tells small letters from capitals, and } is ].
    else if ((code | 0x20) === 0x7b && ++depth > mostDepth) return true;
    else if ((code | 0x20) === 0x7d) depth--;
  }
  return false;
}

/** @param begin of the quotation mark in front @returns that of the one behind, or the text's length */
function endOfString(text: string, begin: number): number {
  for (let at = text.indexOf('"', begin + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}

/** As JSON.stringify, with NaN, Infinity and -Infinity as Python writes them. */
export function writeJson(value: unknown, space?: number): string {
  const json = JSON.stringify(value, (_, inner) => (typeof inner === "number" && !Number.isFinite(inner) ? `${mark}${inner}` : inner), space);
  return json.replaceAll(marked, "$1");
}

export function isJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

/** Takes a number that a double does not hold (9007199254740993, 1e400) for the text that it is, where the engine tells it. */
export function parseExactly(text: string): unknown {
  if (!/\d{16}|\de\+?\d{3}/i.test(text)) return parseJson(text);
  return parseJson(text, (value, source) => (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER && source ? source : value));
}

/** A server that parses for one of its viewers does nothing for the others meanwhile: what is larger takes a tenth of a second and more, */
export const soonBytes = 4 << 20;
/** and so does what has more values, however short each of them is. */
const soonValues = 20_000;

/** Whether a text, JSON or not, is parsed within some milliseconds. Looks at little of what is not. */
export function isSoonParsed(text: string, mostValues = soonValues): boolean {
  if (text.length > soonBytes) return false;
  // Each value but the first has one of these in front of it.
  return [",", "[", "{"].every((sign) => {
    let count = 0;
    for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) if (++count > mostValues) return false;
    return true;
  });
}

/** As parseExactly, where others wait. @throws SyntaxError also where that would take long */
export function parseSoon(text: string): unknown {
  if (!isSoonParsed(text)) throw new SyntaxError("too large to be parsed while others wait");
  return parseExactly(text);
}
