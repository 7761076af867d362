/** Publishers, one after the other: where ffmpeg reads each of them. */

export interface Publisher {
  /** What ffmpeg opens, */
  location: string;
  /** and how. */
  inputOptions: string[];
  /** Where it is, as far as that is known. */
  from: string | undefined;
  /** Whether somebody is there already; otherwise ffmpeg says so when somebody comes. */
  isThere: boolean;
  /** An ffmpeg that nobody came to for so long is replaced by another. */
  waitMs?: number;
  /** It is not read any more. */
  leave(): void;
}

export interface Listener {
  /** Resolves with the next publisher; undefined once the signal aborted. */
  next(signal: AbortSignal): Promise<Publisher | undefined>;
  close(): void;
}
