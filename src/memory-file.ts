/** Files that are in memory only: for any user, and where no disk can be written to. */
import { dlopen } from "bun:ffi";

const closeOnExec = 1; // MFD_CLOEXEC
/** MFD_EXEC: asked for where the system makes such files without it (vm.memfd_noexec), and unknown before Linux 6.3. */
const executable = 16;

/**
 * @param name only shown, in /proc
 * @returns its descriptor; /proc/PID/fd/N is its path
 * @throws Error where the system has none
 */
export function memoryFile(name: string): number {
  const libc = dlopen("libc.so.6", { memfd_create: { args: ["cstring", "u32"], returns: "i32" } });
  for (const flags of [closeOnExec | executable, closeOnExec]) {
    const fd = libc.symbols.memfd_create(Buffer.from(`${name}\0`), flags);
    if (fd >= 0) return fd;
  }
  throw new Error("memfd_create failed: kt needs Linux 3.17 or newer");
}
