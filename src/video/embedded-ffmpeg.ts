/** The ffmpeg inside the binary, compressed: where its parts are, in order. The build replaces this file where it embeds one. */
export const embeddedFfmpeg: readonly string[] | undefined = undefined;
