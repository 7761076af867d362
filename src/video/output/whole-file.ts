/** A small file that is there as a whole, or not at all: whatever fails, and whenever kt is killed. */
import { randomBytes } from "node:crypto";
import { link, mkdir, open, rename, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { explainWriting } from "./output-file.ts";

const ours = randomBytes(6).toString("hex");
let count = 0;

/** @param force replace what is there. @throws KtError bad_input; what was there is there still */
export async function writeWhole(path: string, data: Uint8Array, force: boolean): Promise<void> {
  // In the same folder, where taking the name is all that is left to do; and hidden, as a killed kt leaves it there.
  const unfinished = join(dirname(path), `.kt-${ours}-${count++}`);
  try {
    await writeFile(unfinished, data, { flag: "wx" }).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(unfinished, data, { flag: "wx" });
    });
    await (force ? rename(unfinished, path) : takeName(unfinished, path));
  } catch (error) {
    throw explainWriting(error, path);
  } finally {
    // Where it has its name, it is gone from here.
    await unlink(unfinished).catch(() => {});
  }
}

/** Renaming would replace a file that is there; a second name for the same file does not. */
async function takeName(unfinished: string, path: string): Promise<void> {
  try {
    await link(unfinished, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
    // FAT and some network drives know no second name.
    await (await open(path, "wx")).close();
    await rename(unfinished, path);
  }
}
