/** A folder's images, one after the other: what is none is left out, and said. */
import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { KtError } from "../../errors.ts";

const pictureFile = /\.(jpe?g|png|bmp|webp|tiff?)$/i;

/** The images of a folder in the order that a person expects: 2 before 10. @throws KtError bad_input */
export function imagesIn(folder: string): string[] {
  const order = new Intl.Collator("en", { numeric: true });
  try {
    return readdirSync(folder)
      .filter((name) => pictureFile.test(name))
      .sort(order.compare)
      .map((name) => join(folder, name));
  } catch (error) {
    throw new KtError({ code: "bad_input", message: `The folder '${folder}' cannot be read: ${reasonOf(error)}.`, cause: error });
  }
}

export type ImageKind = "JPEG" | "PNG" | "BMP" | "WebP" | "TIFF";

/** Of the first file that is an image; undefined where none is. */
export function firstImage(paths: string[]): { name: string; kind: ImageKind } | undefined {
  for (const path of paths) {
    const kind = kindOf(beginOf(path));
    if (kind) return { name: basename(path), kind };
  }
  return undefined;
}

/**
 * The files' bytes. All are of one kind: ffmpeg would take another for a part of the picture before it.
 * @param onSkipped told of each that is left out, each time: which, and why
 */
export async function* readImages(paths: string[], times: number, onSkipped: (path: string, why: string) => void): AsyncGenerator<Uint8Array> {
  const first = firstImage(paths);
  for (let time = 0; time < times; time++) {
    let read = 0;
    for (const path of paths) {
      const image = await readImage(path);
      if ("why" in image) onSkipped(path, image.why);
      else if (first && image.kind !== first.kind) onSkipped(path, `it is ${image.kind}, and the first, '${first.name}', is ${first.kind}`);
      else {
        read++;
        yield image.bytes;
      }
    }
    // Played for ever, a folder that became empty would be looked through without a pause.
    if (read === 0) return;
  }
}

function beginOf(path: string): Buffer {
  const begin = Buffer.alloc(16);
  try {
    const file = openSync(path, "r");
    readSync(file, begin, 0, begin.length, 0);
    closeSync(file);
  } catch {
    // Why it cannot be read is said when its turn comes.
  }
  return begin;
}

async function readImage(path: string): Promise<{ bytes: Buffer; kind: ImageKind } | { why: string }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return { why: reasonOf(error) };
  }
  if (bytes.length === 0) return { why: "it is empty" };
  const kind = kindOf(bytes);
  if (!kind) return { why: "it is no picture" };
  return isWhole(bytes, kind) ? { bytes, kind } : { why: "its end is missing" };
}

/** By the first bytes: names are often wrong. */
function kindOf(bytes: Buffer): ImageKind | undefined {
  const begins = (text: string, at = 0) => bytes.toString("latin1", at, at + text.length) === text;
  if (begins("\xff\xd8\xff")) return "JPEG";
  if (begins("\x89PNG\r\n\x1a\n")) return "PNG";
  if (begins("BM")) return "BMP";
  if (begins("RIFF") && begins("WEBP", 8)) return "WebP";
  return begins("II*\0") || begins("MM\0*") ? "TIFF" : undefined;
}

/** JPEG ends with its marker EOI (ITU-T T.81 B.1.1.3), PNG with its chunk IEND; programs may have written something behind. */
function isWhole(bytes: Buffer, kind: ImageKind): boolean {
  if (kind === "JPEG") return bytes.lastIndexOf(Uint8Array.of(0xff, 0xd9)) > 0;
  if (kind === "PNG") return bytes.includes("IEND");
  if (kind === "BMP") return bytes.length >= 6 && bytes.length >= bytes.readUInt32LE(2);
  return kind !== "WebP" || bytes.length >= bytes.readUInt32LE(4) + 8;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "it is gone";
  if (code === "EACCES" || code === "EPERM") return "it may not be read";
  if (code === "EISDIR") return "it is a folder";
  return code === "ENOTDIR" ? "it is no folder" : message;
}
