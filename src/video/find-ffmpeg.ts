/** Where ffmpeg is: the user's word, the copy inside kt, PATH. */
import { dlopen } from "bun:ffi";
import { accessSync, constants, readFileSync, statSync, writeSync } from "node:fs";
import { KtError } from "../errors.ts";
import { embeddedFfmpeg } from "./embedded-ffmpeg.ts";

const howToGet = "Install it (apt-get install ffmpeg), or name one with --ffmpeg or FFMPEG_BIN.";

/**
 * @param named by --ffmpeg or FFMPEG_BIN
 * @throws KtError no_ffmpeg
 */
export function findFfmpeg(named: string | undefined): string {
  if (named !== undefined) {
    if (!isExecutable(named)) throw new KtError({ code: "no_ffmpeg", message: `There is no ffmpeg at '${named}'.`, hint: howToGet });
    return named;
  }
  const found = embeddedFfmpeg ? unpackToMemory(embeddedFfmpeg) : Bun.which("ffmpeg");
  if (!found) throw new KtError({ code: "no_ffmpeg", message: "ffmpeg is needed for video, and there is none in PATH.", hint: howToGet });
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

let unpacked: string | undefined;

/** An anonymous file in memory, like the addon's: it needs no disk, and goes with the process. */
function unpackToMemory(path: string): string {
  if (unpacked) return unpacked;
  const libc = dlopen("libc.so.6", { memfd_create: { args: ["cstring", "u32"], returns: "i32" } });
  const fd = libc.symbols.memfd_create(Buffer.from("ffmpeg\0"), 0);
  if (fd < 0) throw new KtError({ code: "no_ffmpeg", message: "The ffmpeg inside kt cannot be unpacked: memfd_create failed.", hint: howToGet });
  const bytes = readFileSync(path);
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  unpacked = `/proc/${process.pid}/fd/${fd}`;
  return unpacked;
}
