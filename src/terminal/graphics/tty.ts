/** The terminal as a device: how large it is, and its keys one by one. */
import { dlopen, ptr } from "bun:ffi";
import type { Cell } from "./raster.ts";

export interface TerminalSize {
  columns: number;
  rows: number;
  cell: Cell;
}

const getWindowSize = 0x5413; // TIOCGWINSZ
/** struct termios of the C library: four words of flags, a byte, and the characters that mean something. */
const termios = { bytes: 60, localFlags: 12, time: 22, least: 23 };
const lineAtATime = 0x2; // ICANON
const echoing = 0x8; // ECHO
const now = 0; // TCSANOW
const forgetInput = 2; // TCSAFLUSH

let libc: ReturnType<typeof open> | undefined;
const open = () =>
  dlopen("libc.so.6", {
    ioctl: { args: ["i32", "u64", "ptr"], returns: "i32" },
    tcgetattr: { args: ["i32", "ptr"], returns: "i32" },
    tcsetattr: { args: ["i32", "i32", "ptr"], returns: "i32" },
  }).symbols;

/** As the kernel knows it; 80 by 24 where it does not. */
export function terminalSize(descriptor: number): TerminalSize {
  libc ??= open();
  // struct winsize: rows, columns, and pixels across and down.
  const found = new Uint16Array(4);
  libc.ioctl(descriptor, getWindowSize, ptr(found));
  const [rows = 0, columns = 0, across = 0, down = 0] = found;
  const cell = columns > 0 && rows > 0 ? { width: Math.floor(across / columns), height: Math.floor(down / rows) } : { width: 0, height: 0 };
  return { columns: columns || 80, rows: rows || 24, cell };
}

export interface KeyMode {
  /** Each key comes at once, and none is shown; Ctrl-C and Ctrl-Z still are signals. */
  take(): void;
  /** As it was before; what was typed meanwhile is forgotten. */
  giveBack(): void;
}

/** Undefined where the descriptor is no terminal. */
export function keyMode(descriptor: number): KeyMode | undefined {
  libc ??= open();
  const { tcgetattr, tcsetattr } = libc;
  const before = new Uint8Array(termios.bytes);
  if (tcgetattr(descriptor, ptr(before)) !== 0) return undefined;
  const changed = before.slice();
  const view = new DataView(changed.buffer);
  view.setUint32(termios.localFlags, view.getUint32(termios.localFlags, true) & ~(lineAtATime | echoing), true);
  changed[termios.time] = 0;
  changed[termios.least] = 1;
  return {
    take: () => void tcsetattr(descriptor, now, ptr(changed)),
    giveBack: () => void tcsetattr(descriptor, forgetInput, ptr(before)),
  };
}
