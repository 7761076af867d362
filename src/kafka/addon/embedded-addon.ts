/**
 * Loads the addon that the binary carries, without a file. Left to itself Bun writes an embedded
 * addon to TMPDIR at each first start, and fails where that cannot be written; an anonymous file in
 * memory works for any user and on a read-only disk.
 */
import { memoryFile } from "../../memory-file.ts";

let addonFile: number | undefined;

/**
 * Puts the addon's bytes where it can be loaded from. Bun writes them on another thread and straight out of
 * the binary, in 5 ms; reading them first, which is the way without a promise, takes twice as long.
 * @param path where Bun shows the embedded file: /$bunfs/…
 */
export async function copyEmbeddedAddon(path: string): Promise<void> {
  const fd = memoryFile("kafka.node");
  await Bun.write(Bun.file(fd), Bun.file(path));
  addonFile = fd;
}

export function loadEmbeddedAddon(): unknown {
  const module = { exports: {} };
  process.dlopen(module, `/proc/self/fd/${addonFile}`);
  return module.exports;
}
