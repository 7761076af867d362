/** A template taken apart into literal bytes and tokens. */
import { KtError } from "../errors.ts";
import { unescapeText } from "./escapes.ts";

export interface Part {
  /** The letter after the percent sign. */
  token: string;
  /** What stands in braces after it. */
  modifier: string | undefined;
}

/** @throws KtError usage where a percent sign or a brace is left open */
export function parseTemplate(template: string): (Part | Uint8Array)[] {
  const parts: (Part | Uint8Array)[] = [];
  for (let at = 0; at < template.length; ) {
    const percent = template.indexOf("%", at);
    const end = percent < 0 ? template.length : percent;
    if (end > at) parts.push(unescapeText(template.slice(at, end)));
    if (percent < 0) break;
    const token = template[percent + 1];
    if (token === undefined) throw KtError.usage("-f ends with a lone %.", "Write %% for the sign itself.");
    at = percent + 2;
    if (token === "%" || token === "{" || token === "}") {
      parts.push(Buffer.from(token));
    } else {
      const close = template[at] === "{" ? closingBrace(template, at) : -1;
      parts.push({ token, modifier: close < 0 ? undefined : template.slice(at + 1, close) });
      if (close >= 0) at = close + 1;
    }
  }
  return parts;
}

/** Braces may stand in braces: %h{%k=%v{hex} }. */
function closingBrace(template: string, open: number): number {
  let depth = 0;
  for (let at = open; at < template.length; at++) {
    // %{ and %} are the braces themselves.
    if (template[at] === "%" && /[{}%]/.test(template[at + 1] ?? "")) at++;
    else if (template[at] === "{") depth++;
    else if (template[at] === "}" && --depth === 0) return at;
  }
  throw KtError.usage(`-f has a brace that is not closed: ${template.slice(open)}`, "Write %{ for a brace itself.");
}
