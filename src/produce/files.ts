/** What kt produce reads: stdin and files, in portions of whole pieces that a delimiter ends. */
import { accessSync, closeSync, constants, fstatSync, openSync, read, readFileSync, readSync, statSync } from "node:fs";
import { KtError } from "../errors.ts";
import { pause, shutdown } from "../terminal/shutdown.ts";

/** Input is read in portions of this size; a longer piece makes it grow. */
const portionBytes = 1 << 20;

/** Input without a delimiter for longer than any record may be. */
export class PieceTooLong extends Error {}

/** Whole pieces, each with its delimiter behind it: bytes [0, end) of memory that is used again. */
export type TakePieces = (memory: Buffer, end: number) => Promise<"more" | "enough">;

/**
 * Reads to the end of the input, to the first signal, or until it is enough.
 * @param path a file; stdin where there is none
 * @param mostPieceBytes about this is the longest piece that is read
 * @returns what stands after the last delimiter
 * @throws PieceTooLong
 */
export async function eachPortion(path: string | undefined, delimiter: Buffer, mostPieceBytes: number, take: TakePieces): Promise<Buffer> {
  const descriptor = path === undefined ? 0 : openSync(path, "r");
  const isFile = fstatSync(descriptor).isFile();
  let memory = Buffer.allocUnsafeSlow(portionBytes);
  let length = 0;
  try {
    for (;;) {
      const count = isFile ? await readNow(descriptor, memory, length) : await readSome(descriptor, memory, length);
      if (count === 0) return memory.subarray(0, length);
      // A delimiter of several bytes may have begun in what came before.
      const searched = Math.max(0, length - delimiter.length + 1);
      length += count;
      const last = memory.subarray(searched, length).lastIndexOf(delimiter);
      if (last >= 0) {
        const end = searched + last + delimiter.length;
        if ((await take(memory, end)) === "enough") return Buffer.alloc(0);
        memory.copyWithin(0, end, length);
        length -= end;
      }
      if (length < memory.length) continue;
      if (length >= mostPieceBytes) throw new PieceTooLong();
      memory = Buffer.concat([memory], memory.length * 2);
    }
  } finally {
    if (path !== undefined) closeSync(descriptor);
  }
}

/** What a file has is there: another thread that reads it, and tells this one, only takes the broker's turn on a small machine. */
async function readNow(descriptor: number, memory: Buffer, at: number): Promise<number> {
  // Signals and the clock have their turn where nothing else is waited for: no line of it may be a record.
  await new Promise(setImmediate);
  return shutdown.aborted ? 0 : readSync(descriptor, memory, at, memory.length - at, null);
}

/** How many bytes came; 0 at the end and after a signal: what was read is then still delivered. */
async function readSome(descriptor: number, memory: Buffer, at: number): Promise<number> {
  for (;;) {
    if (shutdown.aborted) return 0;
    try {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const stop = () => resolve(0);
      shutdown.addEventListener("abort", stop, { once: true });
      read(descriptor, memory, at, memory.length - at, null, (error, count) => (error ? reject(error) : resolve(count)));
      return await promise.finally(() => shutdown.removeEventListener("abort", stop));
    } catch (error) {
      // A stdin that its other owner made non-blocking has nothing yet.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      await pause(10);
    }
  }
}

/** So that a name that is wrong is found before anything is sent. @throws KtError bad_input */
export function checkFiles(paths: string[]): void {
  for (const path of paths) {
    const why = whyUnreadable(path);
    if (why) throw new KtError({ code: "bad_input", message: why, hint: "Nothing was sent." });
  }
}

function whyUnreadable(path: string): string | undefined {
  try {
    if (statSync(path).isDirectory()) return `'${path}' is a folder.`;
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? `There is no file '${path}'.` : `'${path}' cannot be read: ${message}.`;
  }
}

export function wholeFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new KtError({ code: "bad_input", message: `'${path}' cannot be read: ${(error as Error).message}.`, cause: error });
  }
}
