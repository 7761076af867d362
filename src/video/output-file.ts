/** A file that is written to at any position, and the plain words for what can go wrong with it. */
import { type FileHandle, open, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { StreamTargetChunk } from "mediabunny";
import { KtError } from "../errors.ts";

export class OutputFile {
  readonly path: string;
  /** How long the file is. */
  bytes = 0;
  readonly #handle: FileHandle;
  /** Somebody else's file, which stays as it is until there is something to put in its place. */
  #foreign: boolean;

  private constructor(path: string, handle: FileHandle, foreign: boolean) {
    this.path = path;
    this.#handle = handle;
    this.#foreign = foreign;
  }

  /** @param force replace what is there. @throws KtError bad_input */
  static async create(path: string, force: boolean): Promise<OutputFile> {
    try {
      const made = await open(path, "wx").catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST" || !force) throw error;
      });
      return made ? new OutputFile(path, made, false) : new OutputFile(path, await open(path, "r+"), true);
    } catch (error) {
      throw explainWriting(error, path);
    }
  }

  /** Where the muxer writes; closing it closes the file. */
  writable(): WritableStream<StreamTargetChunk> {
    return new WritableStream({ write: (chunk) => this.#write(chunk), close: () => this.#handle.close() });
  }

  /** Closes the file, and takes away what was written; a device stays. */
  async discard(): Promise<void> {
    const mine = !this.#foreign && (await this.#isPlain());
    await this.#handle.close().catch(() => {});
    if (mine) await unlink(this.path).catch(() => {});
  }

  async #isPlain(): Promise<boolean> {
    // A closed handle was a file that could be finished.
    return this.#handle.stat().then(
      (stat) => stat.isFile(),
      () => false,
    );
  }

  async #write({ data, position }: StreamTargetChunk): Promise<void> {
    try {
      if (this.#foreign && (await this.#isPlain())) await this.#handle.truncate(0);
      this.#foreign = false;
      for (let at = 0; at < data.length; ) at += (await this.#handle.write(data, at, data.length - at, position + at)).bytesWritten;
    } catch (error) {
      throw explainWriting(error, this.path);
    }
    this.bytes = Math.max(this.bytes, position + data.length);
  }
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
