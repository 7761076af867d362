/** Texts as people may read them: notes, errors, and what ffmpeg or a client says, with the secrets of the addresses in them hidden. */
import { decoded, hidden, showAddress, veil } from "./address.ts";

const scheme = /(?<![\w+.-])[a-z][a-z0-9+._-]{0,20}:\/\//i;
const nextAddress = /[\s'"`(<[,|:][a-z][a-z0-9+._-]{0,20}:\/\//i;
const authority = /^[^/?#\s'"<>`]*/;
const token = /^[^\s'"<>`]*/;
/** user:password@ where no scheme stands before it. */
const bareLogin = /(?<![^\s'"(=,])([^\s'":@]{0,64}):(?!\/\/)([^\s'"]{1,512})@(?=[\w[])/g;
const namedSecret = /([\w.-]{0,40}(?:password|passwd|passphrase|pwd|secret|token|signature|playpath)=)(?!\*\*\*)[^\s&'",;)]+/gi;
const headerSecret = /\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key)(\s*[:=]\s*)[^'"\r\n]+/gi;

/** A text with any addresses in it. */
export function hideSecrets(text: string): string {
  const pieces: string[] = [];
  let rest = text;
  for (let found = scheme.exec(rest); found; found = scheme.exec(rest)) {
    const begin = found.index + found[0].length;
    const end = begin + lengthOfAddress(rest.slice(begin));
    pieces.push(hideOutside(rest.slice(0, found.index)), showAddress(rest.slice(found.index, end)));
    rest = rest.slice(end);
  }
  return [...pieces, hideOutside(rest)].join("");
}

/** How long an address is, of which the scheme is left away. A password with a space or a quote in it ends with the @. */
function lengthOfAddress(text: string): number {
  const cut = /\n/.exec(text)?.index ?? text.length;
  const line = text.slice(0, Math.min(cut, nextAddress.exec(text)?.index ?? cut));
  const [word = ""] = token.exec(line) ?? [];
  const [host = ""] = authority.exec(line) ?? [];
  const at = line.lastIndexOf("@");
  // Where a host stands for certain, what follows the next space is no password.
  const complete = !/[:@]/.test(host) || host.includes(`:${hidden}@`) || /(?:^|@)(?:\[[^\]]*\]|localhost|[\w-]+(?:\.[\w-]+)+)(?::\d*)?$/i.test(host);
  const whole = at < word.length || complete ? word : line.slice(0, at + 1) + (token.exec(line.slice(at + 1))?.[0] ?? "");
  // The sentence's own.
  return whole.replace(/[.,:;)\]]+$/, "").length;
}

function hideOutside(text: string): string {
  return text.replace(bareLogin, `$1:${hidden}@`).replace(headerSecret, `$1$2${hidden}`).replace(namedSecret, `$1${hidden}`);
}

/**
 * Hides what is secret in one address wherever it stands in a text: ffmpeg takes an address apart, decodes it, and may
 * take a piece of the password for the host.
 * @param address undefined where there is none
 * @param more what is secret beside it
 */
export function secretsHider(address: string | undefined, more: string[]): (text: string) => string {
  const secrets = [...more];
  const shown = veil(address ?? "", (secret) => {
    secrets.push(secret);
    return hidden;
  });
  const words = new Set(secrets.flatMap((secret) => [secret, decoded(secret)]).flatMap((secret) => [secret, ...secret.split(/[^\p{L}\p{N}]+/u)]));
  // The longest first; of two letters and more, as a single one tells nothing.
  const ordered = [...words].filter((word) => word.length > 1 && word !== hidden).sort((a, b) => b.length - a.length);
  const pattern = new RegExp(ordered.map(asPattern).join("|") || "(?!)", "gu");
  const around = (text: string) => text.replace(pattern, hidden);
  return (text) => hideSecrets(address ? text.split(address).map(around).join(shown) : around(text));
}

/** A short one may be a part of any word, and is hidden as a word of its own. */
function asPattern(word: string): string {
  // A hyphen means nothing here, and with the flag u it must not be escaped.
  const escaped = word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return word.length > 4 ? escaped : `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`;
}
