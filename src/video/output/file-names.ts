/** Names of streams as names of files: a key may hold any bytes, and any number of them. */
import { createHash } from "node:crypto";

/** NAME_MAX of Linux and its file systems, in bytes of UTF-8. */
export const longestNameBytes = 255;

/** What Windows and its file systems take for a device. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/**
 * A stream's name that is one harmless word of a path.
 * @param maxBytes of UTF-8, 16 or more: of a longer name the beginning, and a hash of the whole, which tells it from
 * others that begin so, also in the next run
 */
export function safeName(name: string, maxBytes = longestNameBytes): string {
  const safe = name
    .replace(/[^\p{L}\p{N} ._-]/gu, "_")
    .replace(/^\.+/, "_")
    .replace(/[. ]+$/, "_")
    .replace(device, "$&_");
  const bytes = Buffer.from(safe || "_");
  if (bytes.length <= maxBytes) return bytes.toString();
  const mark = `~${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
  let end = maxBytes - mark.length;
  // Not in the middle of a character.
  while (((bytes[end] as number) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end) + mark;
}
