/**
 * Loads the addon that the binary carries, without a file. Left to itself Bun writes an embedded
 * addon to TMPDIR at each first start, and fails where that cannot be written; an anonymous file in
 * memory works for any user and on a read-only disk, and takes 10 to 25 ms.
 */
import { dlopen } from "bun:ffi";
import { readFileSync, writeSync } from "node:fs";

const closeOnExec = 1; // MFD_CLOEXEC

/** @param path where Bun shows the embedded file: /$bunfs/… */
export function loadEmbeddedAddon(path: string): unknown {
  const libc = dlopen("libc.so.6", { memfd_create: { args: ["cstring", "u32"], returns: "i32" } });
  const fd = libc.symbols.memfd_create(Buffer.from("kafka.node\0"), closeOnExec);
  if (fd < 0) throw new Error("memfd_create failed: kt needs Linux 3.17 or newer");
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  const module = { exports: {} };
  process.dlopen(module, `/proc/self/fd/${fd}`);
  return module.exports;
}
