/** poll(2): what can be done with a descriptor right now. */
import { dlopen, ptr } from "bun:ffi";

export const pollOut = 0x4; // POLLOUT: a write finds room
export const pollError = 0x8; // POLLERR: the pipe has no reader; told without being asked for

let libc: ReturnType<typeof open> | undefined;
const open = () => dlopen("libc.so.6", { poll: { args: ["ptr", "u64", "i32"], returns: "i32" } });

/** @returns which of the events are there, and errors; waits for none */
export function poll(descriptor: number, events: number): number {
  libc ??= open();
  // struct pollfd: an int, and two shorts: what is asked for, and what came.
  const request = new Int16Array([descriptor, descriptor >> 16, events, 0]);
  libc.symbols.poll(ptr(request), 1, 0);
  return request[3] ?? 0;
}
