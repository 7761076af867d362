/**
 * The ffmpeg that the binary carries, as a program that can be started: unpacked once into the user's cache, where
 * the next kt finds it; or into an anonymous file in memory, which goes with the process, where nothing may be written.
 */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { memoryFile } from "../../memory-file.ts";
import type { Packed } from "./embedded-ffmpeg.ts";

/**
 * @param cache a folder to keep it in, made where only its last two names are missing; undefined for none
 * @returns a path for this process and for whatever it starts
 * @throws Error where there is no room in memory either
 */
export function unpackFfmpeg(packed: Packed, cache: string | undefined): string {
  return (cache !== undefined && unpackInto(cache, packed)) || unpackToMemory(packed);
}

/** undefined where it cannot be kept there, or could not be trusted or started. */
function unpackInto(cache: string, packed: Packed): string | undefined {
  const path = `${cache}/ffmpeg-${packed.hash}`;
  const unfinished = `${path}.${process.pid}`;
  try {
    for (const folder of [dirname(cache), cache]) makeFolder(folder);
    if (!isOurs(cache, "folder")) return undefined;
    if (isUsable(path, packed)) return path;
    const fd = openSync(unfinished, "wx", 0o700);
    try {
      write(packed, fd);
      // A machine that stops now must not find a file of the right size with nothing in it.
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    chmodSync(unfinished, 0o700);
    if (isUsable(unfinished, packed)) {
      renameSync(unfinished, path);
      return path;
    }
  } catch {
    // No room, or not permitted: then not there.
  }
  discard(unfinished);
  return undefined;
}

function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was not made.
  }
}

/** Nothing above it is made: a home that is not there is not to be. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
  }
}

function isUsable(path: string, { bytes }: Packed): boolean {
  try {
    accessSync(path, constants.X_OK); // not where nothing may be started from (noexec)
    return isOurs(path, "file") && lstatSync(path).size === bytes;
  } catch {
    return false;
  }
}

/** Nobody else could have put something else in its place. */
function isOurs(path: string, kind: "file" | "folder"): boolean {
  const found = lstatSync(path);
  return (kind === "file" ? found.isFile() : found.isDirectory()) && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

function unpackToMemory(packed: Packed): string {
  const fd = memoryFile("ffmpeg");
  try {
    write(packed, fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return `/proc/${process.pid}/fd/${fd}`;
}

/** No more than a part of it is held beside the file. */
function write({ parts }: Packed, fd: number): void {
  for (const part of parts) {
    const bytes = Bun.zstdDecompressSync(readFileSync(part));
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  }
}
