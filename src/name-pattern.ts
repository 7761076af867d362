/** Names of topics and groups by patterns, in one language for all of kt. */
import { KtError } from "./errors.ts";

export const isPattern = (text: string) => /[*?]|^\^/.test(text);

/** A pattern is a name with * and ?, or, with ^ in front, a regular expression. @throws KtError usage */
export function patternOf(text: string): RegExp {
  try {
    if (text.startsWith("^")) return new RegExp(text);
  } catch (error) {
    throw KtError.usage(`'${text}' is no regular expression: ${(error as Error).message.replace(/^Invalid regular expression: /, "")}`);
  }
  const escaped = text
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`);
}
