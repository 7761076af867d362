/** A program that the binary carries, compressed. */
export interface Packed {
  /** Changes with its bytes: a name to keep it by. */
  hash: string;
  bytes: number;
  /** Paths of its parts in order, each compressed by itself (zstd). */
  parts: readonly string[];
}

/** The build replaces this file where it embeds one. */
export const embeddedFfmpeg: Packed | undefined = undefined;
