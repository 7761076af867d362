/** The ffmpeg that a command uses. */
import { findFfmpeg } from "../video/ffmpeg/find-ffmpeg.ts";

/**
 * @param named by --ffmpeg or FFMPEG_BIN
 * @throws KtError no_ffmpeg
 */
export function ffmpegFor(named: string | undefined): string {
  return findFfmpeg(named, cacheFolder(process.env));
}

/** Where the one inside kt is kept once it is unpacked, by the XDG base directories; undefined where the user has no home. */
export function cacheFolder({ XDG_CACHE_HOME, HOME }: Record<string, string | undefined>): string | undefined {
  // A relative one is to be ignored.
  const folder = XDG_CACHE_HOME?.startsWith("/") ? XDG_CACHE_HOME : HOME && `${HOME}/.cache`;
  return folder ? `${folder}/kt` : undefined;
}
