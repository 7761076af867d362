/**
 * The ffmpeg that the binary carries, as a program that can be started: unpacked into an anonymous file in memory,
 * which needs no folder that may be written, and goes with the process.
 */
import { dlopen } from "bun:ffi";
import { closeSync, readFileSync, writeSync } from "node:fs";

const closeOnExec = 1; // MFD_CLOEXEC
/** MFD_EXEC: asked for where the system makes such files without it (vm.memfd_noexec), and unknown before Linux 6.3. */
const executable = 16;

/**
 * @param parts of the program, each compressed by itself, so that no more than one of them is held beside the file
 * @returns a path for this process and for whatever it starts
 */
export function unpackFfmpeg(parts: readonly string[]): string {
  const fd = memoryFile("ffmpeg");
  try {
    for (const part of parts) {
      const bytes = Bun.zstdDecompressSync(readFileSync(part));
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return `/proc/${process.pid}/fd/${fd}`;
}

function memoryFile(name: string): number {
  const libc = dlopen("libc.so.6", { memfd_create: { args: ["cstring", "u32"], returns: "i32" } });
  for (const flags of [closeOnExec | executable, closeOnExec]) {
    const fd = libc.symbols.memfd_create(Buffer.from(`${name}\0`), flags);
    if (fd >= 0) return fd;
  }
  throw new Error("the system makes no file in memory (memfd_create)");
}
