/** Room on a disk that is held back until a file has to be ended there: its end is what makes a recording playable. */
import { randomBytes } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";

const pieceBytes = 1 << 20;

export class SpareRoom {
  #handle: FileHandle | undefined;
  #bytes = 0;

  /** @param beside the file that it is for */
  async hold(beside: string, bytes: number): Promise<void> {
    while (this.#bytes < bytes) {
      if (!this.#handle) {
        const path = join(dirname(beside), `.kt-${randomBytes(6).toString("hex")}`);
        this.#handle = await open(path, "wx");
        // Without a name it is gone with kt, however that ends.
        await unlink(path);
      }
      // Zeros that are written, as a file with a hole holds nothing back.
      await this.#handle.write(new Uint8Array(pieceBytes), 0, pieceBytes, this.#bytes);
      this.#bytes += pieceBytes;
    }
  }

  /** @returns whether there was any */
  async release(): Promise<boolean> {
    const had = this.#bytes > 0;
    this.#bytes = 0;
    await this.#handle?.close().catch(() => {});
    this.#handle = undefined;
    return had;
  }
}
