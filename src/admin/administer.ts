/** What kt topic and kt group share: the admin client's life, asking, names by patterns, output. */
import { KtError } from "../errors.ts";
import { type Admin, openAdmin } from "../kafka/admin/admin.ts";
import { isPattern, patternOf } from "../name-pattern.ts";
import type { Resolved } from "../options/kinds.ts";
import { type connectionOptions, kafkaConfig } from "../options/options.ts";
import { shutdown } from "../terminal/shutdown.ts";
import { writeError } from "../terminal/stderr.ts";
import { writeOut } from "../terminal/stdout.ts";
import { isTerminal, note, stderrIsTerminal } from "../terminal/terminal.ts";

export async function withAdmin<T>(options: Resolved<typeof connectionOptions>, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = await openAdmin(kafkaConfig(options));
  try {
    return await work(admin);
  } finally {
    admin.close();
  }
}

export function print(text: string): Promise<void> {
  return writeOut(Buffer.from(text));
}

export function printJson(value: unknown): Promise<void> {
  return print(`${JSON.stringify(value)}\n`);
}

/** Whether a name is wanted: by a pattern, or because the text is part of it. No texts want all. */
export function nameFilter(texts: string[]): (name: string) => boolean {
  const tests = texts.map((text) => {
    if (!isPattern(text)) return (name: string) => name.includes(text);
    const pattern = patternOf(text);
    return (name: string) => pattern.test(name);
  });
  return (name) => tests.length === 0 || tests.some((test) => test(name));
}

/**
 * The names that texts stand for, each once: a plain one must exist, and a pattern must find one.
 * What begins with __ is Kafka's own, and only its full name finds it.
 * @param missing makes the error for a plain name that does not exist
 */
export function chooseNames(texts: string[], existing: string[], missing: (name: string) => KtError): string[] {
  const chosen = texts.flatMap((text) => {
    if (!isPattern(text)) {
      if (!existing.includes(text)) throw missing(text);
      return [text];
    }
    const pattern = patternOf(text);
    const found = existing.filter((name) => pattern.test(name) && !name.startsWith("__"));
    if (found.length === 0)
      throw new KtError({ code: "unknown_topic", message: `Nothing has a name like '${text}'.`, hint: "Quote it, so that the shell leaves it alone." });
    return found;
  });
  return [...new Set(chosen)];
}

/**
 * Asks at the terminal; `what` is the whole deed: "Delete topic a with its 12 records".
 * @returns whether to go on
 * @throws KtError usage where there is nobody to ask
 */
export async function confirm(what: string, { yes }: { yes: boolean }): Promise<boolean> {
  if (yes) return true;
  if (!isTerminal(0) || !stderrIsTerminal)
    throw KtError.usage(`${what}? There is no terminal to ask at.`, "Add --yes to do it, or --dry-run to see what would change.");
  const { createInterface } = await import("node:readline/promises");
  const dialogue = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const answer = await dialogue.question(`${what}? [y/N] `, { signal: shutdown });
    if (/^y(es)?$/i.test(answer.trim())) return true;
  } catch {
    writeError("\n"); // Ctrl-C or Ctrl-D: no
  } finally {
    dialogue.close();
  }
  note("Nothing was changed.");
  return false;
}

/** Deletes one after the other. @throws KtError the first failure, with the names that are gone already */
export async function removeEach(names: string[], remove: (name: string) => Promise<void>): Promise<void> {
  for (const [i, name] of names.entries())
    await remove(name).catch((error) => {
      const { code, message, hint, exitCode, retryable } = KtError.from(error);
      const gone = i > 0 && `Deleted before that: ${names.slice(0, i).join(", ")}.`;
      throw new KtError({ code, message, hint: [gone, hint].filter(Boolean).join(" "), exitCode, retryable, cause: error });
    });
}
