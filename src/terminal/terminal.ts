/** What people read: stdout is data, stderr is everything else. */
import { dlopen } from "bun:ffi";
import { fstatSync } from "node:fs";
import type { KtError } from "../errors.ts";
import { hideSecrets } from "../secrets.ts";
import { writeError } from "./stderr.ts";

export const stderrIsTerminal = isTerminal(2);
export const stdoutIsTerminal = isTerminal(1);
const colour = stderrIsTerminal && !process.env.NO_COLOR && process.env.TERM !== "dumb";

export const bold = (text: string) => (colour ? `\x1b[1m${text}\x1b[22m` : text);
export const red = (text: string) => (colour ? `\x1b[31m${text}\x1b[39m` : text);

let quiet = false;

/** From now on there are no notes and no progress; an error is still told. */
export function hush(): void {
  quiet = true;
}

let json = false;

/** From now on what is told is an object a line, for programs that gather it, and there is no progress. */
export function logJson(): void {
  json = true;
}

let diverted: ((line: string) => void) | undefined;

/** While all of the terminal is in use, notes go elsewhere than between what it shows. @param to undefined: as ever */
export function divertNotes(to: ((line: string) => void) | undefined): void {
  diverted = stderrIsTerminal && !json ? to : undefined;
}

/** A line for the person, never data; what is secret in the addresses in it is hidden. */
export function note(line: string): void {
  if (quiet) return;
  if (diverted) {
    diverted(hideSecrets(line));
    return;
  }
  clearProgress();
  const warning = /^Warning: /.exec(line)?.[0] ?? "";
  if (json) tell(warning ? "warning" : "info", line.slice(warning.length));
  else writeError(`${hideSecrets(line)}\n`);
}

/** What the client says by itself, for who looks for a fault. */
export function debugNote(line: string): void {
  if (diverted) diverted(hideSecrets(line));
  else if (json) tell("debug", line);
  else writeError(`${hideSecrets(line)}\n`);
}

/** Why the program ends. @param debug where it came from as well */
export function tellFailure(error: KtError, debug: boolean): void {
  clearProgress();
  const stack = debug ? `${error.stack}${error.cause instanceof Error ? `\ncaused by ${error.cause.stack}` : ""}` : undefined;
  if (json) tell("error", error.sentence, { code: error.code, stack: stack && hideSecrets(stack) });
  else writeError(`${red("kt:")} ${hideSecrets(error.sentence)}\n${stack ? `${hideSecrets(stack)}\n` : ""}`);
}

function tell(level: "debug" | "info" | "warning" | "error", message: string, more: Record<string, string | undefined> = {}): void {
  writeError(`${JSON.stringify({ time: new Date().toISOString(), level, message: hideSecrets(message), ...more })}\n`);
}

let linesShown = 0;

/** Lines that the next call overwrites; nothing where stderr is no terminal. */
export function progress(...lines: string[]): void {
  if (!stderrIsTerminal || quiet || json) return;
  const width = process.stderr.columns || 80;
  const most = Math.max(1, (process.stderr.rows || 24) - 2);
  const shown = lines.length > most ? [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more`] : lines;
  clearProgress();
  writeError(shown.map((line) => line.slice(0, width - 1)).join("\n"));
  linesShown = shown.length;
}

export function clearProgress(): void {
  if (linesShown === 0) return;
  // To the first of the lines, and from there everything below is erased.
  writeError(`\r${linesShown > 1 ? `\x1b[${linesShown - 1}A` : ""}\x1b[J`);
  linesShown = 0;
}

/** Whether a person is there; false for a descriptor that is closed. */
export function isTerminal(descriptor: number): boolean {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  return dlopen("libc.so.6", { isatty: { args: ["i32"], returns: "i32" } }).symbols.isatty(descriptor) === 1;
}

/** Columns aligned by spaces, the heading first; numbers (given as numbers, or - for none) to the right. */
export function table(heading: string[], rows: (string | number)[][]): string {
  const widths = heading.map((title, column) => Math.max(title.length, ...rows.map((row) => String(row[column]).length)));
  const right = heading.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number" || row[column] === "-"));
  const line = (cells: (string | number)[]) =>
    cells
      .map((cell, column) => (right[column] ? String(cell).padStart(widths[column] ?? 0) : String(cell).padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return `${[heading, ...rows].map(line).join("\n")}\n`;
}
