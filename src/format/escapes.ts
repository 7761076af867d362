/** Backslash escapes in templates and delimiters, as kcat reads them. */

const escapes = /\\(?:x([0-9a-f]{1,2})|(0[0-7]{0,3})|([1-9]\d{0,2})|(.)|$)/gisu;
const letters: Record<string, string> = { n: "\n", r: "\r", t: "\t" };

/**
 * \n \r \t, \x0a (hexadecimal), \012 (octal), \10 (decimal); before any other character the backslash
 * means that character itself.
 */
export function unescapeText(text: string): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { index, 0: whole, 1: hex, 2: octal, 3: decimal, 4: character = "\\" } of text.matchAll(escapes)) {
    const code = hex ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) : decimal ? Number(decimal) : undefined;
    parts.push(Buffer.from(text.slice(at, index)), code === undefined ? Buffer.from(letters[character] ?? character) : Buffer.from([code]));
    at = index + whole.length;
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(at))]);
}
