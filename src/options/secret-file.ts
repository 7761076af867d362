/** A secret in a file of its own: ps shows options to everyone, and environments are inherited. */
import { readFileSync } from "node:fs";
import { KtError } from "../errors.ts";
import { note } from "../terminal/terminal.ts";
import { othersMayRead } from "./own-file.ts";

/** More than any token is. */
const mostBytes = 4096;

/**
 * What the file says, without the line's end.
 * @param label the option that names it
 * @throws KtError usage; what is in the file is never in it
 */
export function readSecretFile(path: string, label: string): string {
  const text = readOwnFile(path, label);
  const secret = text.replace(/\r?\n$/, "");
  if (secret.trim() === "") throw KtError.usage(`${label}: ${path} is empty, and an empty token keeps nobody out.`, "Write one into it.");
  if (secret.includes("\n")) throw KtError.usage(`${label}: ${path} has several lines.`, "A token is one.");
  if (Buffer.byteLength(secret) > mostBytes) throw KtError.usage(`${label}: ${path} has more than ${mostBytes} bytes.`, "A token is shorter.");
  return secret;
}

/** A file that nobody else should read, and a warning where somebody else can. @throws KtError usage */
export function readOwnFile(path: string, label: string): string {
  try {
    const text = readFileSync(path, "utf8");
    if (othersMayRead(path)) note(`Warning: ${path} is secret and others may read it: chmod 600 ${path}`);
    return text;
  } catch (error) {
    throw KtError.usage(`${label}: ${path} cannot be read: ${unreadable(error)}.`);
  }
}

export function unreadable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "it may not be read by you" : code === "EISDIR" ? "it is a folder" : String(code);
}
