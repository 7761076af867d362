/** What is known of the build; scripts/lib/bundle.ts puts the facts in this file's place. */
interface Build {
  /** The commit that kt was built from, shortened. */
  commit: string | undefined;
  /** The version of the ffmpeg inside, as it says it itself. */
  ffmpeg: string | undefined;
}

export const build: Build = { commit: undefined, ffmpeg: undefined };
