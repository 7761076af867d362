/** Where ffmpeg is: the user's word, the copy inside kt, PATH. */
import { accessSync, constants, statSync } from "node:fs";
import { KtError } from "../errors.ts";
import { embeddedFfmpeg } from "./embedded-ffmpeg.ts";
import { unpackFfmpeg } from "./unpack-ffmpeg.ts";

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
  const found = embeddedFfmpeg ? unpacking(embeddedFfmpeg) : Bun.which("ffmpeg");
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

function unpacking(parts: readonly string[]): string {
  try {
    unpacked ??= unpackFfmpeg(parts);
    return unpacked;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new KtError({ code: "no_ffmpeg", message: `The ffmpeg inside kt cannot be unpacked: ${why}.`, hint: howToGet, cause: error });
  }
}
