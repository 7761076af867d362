/** The path of the ffmpeg inside the binary; the build replaces this file where it embeds one. */
export const embeddedFfmpeg: string | undefined = undefined;
