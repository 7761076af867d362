/** Where ffmpeg is: the user's word, the copy inside kt, PATH. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { KtError } from "../../errors.ts";
import { embeddedFfmpeg, type Packed } from "./embedded-ffmpeg.ts";
import { unpackFfmpeg } from "./unpack-ffmpeg.ts";

const howToGet = "Install it (apt-get install ffmpeg), or name one with --ffmpeg or FFMPEG_BIN.";

/**
 * @param named by --ffmpeg or FFMPEG_BIN
 * @param cache where the one inside kt may be kept, once it is unpacked
 * @throws KtError no_ffmpeg
 */
export function findFfmpeg(named: string | undefined, cache: string | undefined): string {
  if (named !== undefined) {
    if (!isExecutable(named)) throw new KtError({ code: "no_ffmpeg", message: `There is no ffmpeg at '${named}'.`, hint: howToGet });
    return named;
  }
  const found = embeddedFfmpeg ? unpack(embeddedFfmpeg, cache) : Bun.which("ffmpeg");
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

function unpack(packed: Packed, cache: string | undefined): string {
  try {
    // A cache may be emptied while a server runs.
    if (unpacked === undefined || !existsSync(unpacked)) unpacked = unpackFfmpeg(packed, cache);
    return unpacked;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new KtError({ code: "no_ffmpeg", message: `The ffmpeg inside kt cannot be unpacked: ${why}.`, hint: howToGet, cause: error });
  }
}
