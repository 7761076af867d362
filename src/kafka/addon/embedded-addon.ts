/**
 * Loads the addon that the binary carries, without a file. Left to itself Bun writes an embedded
 * addon to TMPDIR at each first start, and fails where that cannot be written; an anonymous file in
 * memory works for any user and on a read-only disk.
 */
import { dlopen } from "bun:ffi";

const closeOnExec = 1; // MFD_CLOEXEC
let memoryFile: number | undefined;

/**
 * Puts the addon's bytes where it can be loaded from. Bun writes them on another thread and straight out of
 * the binary, in 5 ms; reading them first, which is the way without a promise, takes twice as long.
 * @param path where Bun shows the embedded file: /$bunfs/…
 */
export async function copyEmbeddedAddon(path: string): Promise<void> {
  const libc = dlopen("libc.so.6", { memfd_create: { args: ["cstring", "u32"], returns: "i32" } });
  const fd = libc.symbols.memfd_create(Buffer.from("kafka.node\0"), closeOnExec);
  if (fd < 0) throw new Error("memfd_create failed: kt needs Linux 3.17 or newer");
  await Bun.write(Bun.file(fd), Bun.file(path));
  memoryFile = fd;
}

export function loadEmbeddedAddon(): unknown {
  const module = { exports: {} };
  process.dlopen(module, `/proc/self/fd/${memoryFile}`);
  return module.exports;
}
