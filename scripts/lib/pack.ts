/** A program made ready to be embedded: compressed, and cut into parts that kt unpacks one after the other. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { Packed } from "../../src/video/ffmpeg/embedded-ffmpeg.ts";

/** What kt holds of it at once while it unpacks. */
const partBytes = 8 << 20;
/** 12 makes it one per cent smaller and takes twice as long; 19 makes it a tenth smaller and takes three minutes. */
const level = 9;

/**
 * @param folder keeps the parts: the same program is not compressed again
 */
export async function pack(program: string, folder: string): Promise<Packed> {
  const bytes = await readFile(program);
  const starts = Array.from({ length: Math.ceil(bytes.length / partBytes) }, (_, i) => i * partBytes);
  const name = createHash("sha256").update(bytes).update(`${partBytes} ${level}`).digest("hex").slice(0, 16);
  const parts = starts.map((_, i) => `${folder}/${name}/${String(i).padStart(3, "0")}.zst`);
  await mkdir(`${folder}/${name}`, { recursive: true });
  const waiting = starts.map((start, i) => ({ start, path: parts[i] as string }));
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (await Bun.file(next.path).exists()) continue;
      const part = await Bun.zstdCompress(bytes.subarray(next.start, next.start + partBytes), { level });
      // It gets its name when it is whole: another build may be at the same.
      const unfinished = `${next.path}.${process.pid}`;
      await writeFile(unfinished, part);
      await rename(unfinished, next.path);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return { hash: name, bytes: bytes.length, parts };
}
