/** A file that is written to at any position, and the plain words for what can go wrong with it. */
import { type FileHandle, open, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { StreamTargetChunk } from "mediabunny";
import { KtError } from "../../errors.ts";
import { longestNameBytes } from "./file-names.ts";
import { SpareRoom } from "./spare-room.ts";

export class OutputFile {
  readonly path: string;
  /** How long the file is. */
  bytes = 0;
  /** The disk was full, and what was held back of it is used: it is time to end the file. */
  full = false;
  readonly #spare = new SpareRoom();
  readonly #handle: FileHandle;
  readonly #plain: boolean;
  /** Somebody else's file, which stays as it is until there is something to put in its place. */
  #foreign: boolean;
  #finished = false;

  /** @param plain false for a device */
  private constructor(path: string, handle: FileHandle, foreign: boolean, plain: boolean) {
    this.path = path;
    this.#handle = handle;
    this.#foreign = foreign;
    this.#plain = plain;
  }

  /** @param force replace what is there. @throws KtError bad_input */
  static async create(path: string, force: boolean): Promise<OutputFile> {
    try {
      const made = await open(path, "wx").catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST" || !force) throw error;
      });
      const handle = made ?? (await open(path, "r+"));
      return new OutputFile(path, handle, !made, (await handle.stat()).isFile());
    } catch (error) {
      throw explainWriting(error, path);
    }
  }

  /** Where the muxer writes; closing it closes the file. */
  writable(): WritableStream<StreamTargetChunk> {
    return new WritableStream({ write: (chunk) => this.#write(chunk), close: () => this.#finish() });
  }

  /** Holds so much of the disk back for the file's end. @throws KtError where there is not even that */
  async holdBack(bytes: number): Promise<void> {
    if (this.full || !this.#plain) return;
    try {
      await this.#spare.hold(this.path, bytes);
    } catch (error) {
      if (!isFull(error) || this.bytes === 0) throw explainWriting(error, this.path);
      await this.#useSpare();
    }
  }

  /** @returns whether there was any */
  async #useSpare(): Promise<boolean> {
    this.full = true;
    return this.#spare.release();
  }

  async #finish(): Promise<void> {
    await this.#spare.release();
    try {
      // A network drive tells only now that it was full.
      await this.#handle.close();
      this.#finished = true;
    } catch (error) {
      throw explainWriting(error, this.path);
    }
  }

  /** Closes the file, and takes away what was written; a device stays. */
  async discard(): Promise<void> {
    await this.#spare.release();
    await this.#handle.close().catch(() => {});
    if (!this.#foreign && !this.#finished && this.#plain) await unlink(this.path).catch(() => {});
  }

  async #write({ data, position }: StreamTargetChunk): Promise<void> {
    try {
      if (this.#foreign && this.#plain) await this.#handle.truncate(0);
      this.#foreign = false;
      for (let at = 0; at < data.length; ) at += await this.#writeSome(data, at, position);
    } catch (error) {
      throw explainWriting(error, this.path);
    }
    this.bytes = Math.max(this.bytes, position + data.length);
  }

  async #writeSome(data: Uint8Array, at: number, position: number): Promise<number> {
    const write = async () => (await this.#handle.write(data, at, data.length - at, position + at)).bytesWritten;
    try {
      return await write();
    } catch (error) {
      if (isFull(error) && (await this.#useSpare())) return write();
      throw error;
    }
  }
}

function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOSPC" || code === "EDQUOT";
}

export function explainWriting(error: unknown, path: string): KtError {
  const bad = (message: string, hint?: string) => new KtError({ code: "bad_input", message, hint, cause: error });
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "EEXIST":
      return bad(`'${path}' exists already.`, "Give another name, or --force to overwrite it.");
    case "ENOENT":
    case "ENOTDIR":
      return bad(`There is no folder '${dirname(path)}' to write into.`, "Make it first.");
    case "ENOSPC":
    case "EDQUOT":
      return bad(`The disk is full: '${path}' cannot be written to its end.`, "Make room, or write to another disk.");
    case "EFBIG":
      return bad(`'${path}' would be larger than a file may be here.`, "ulimit -f, or the file system, sets how large.");
    case "ENAMETOOLONG":
      return bad(`The name of '${path}' is too long.`, `Give a shorter one: ${longestNameBytes} bytes between two slashes are the most.`);
    case "EISDIR":
      return bad(`'${path}' is a folder.`, "Give a file in it.");
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return bad(`'${path}' may not be written.`, "Whose folder is it?");
    default:
      return bad(`'${path}' cannot be written: ${message}.`);
  }
}
