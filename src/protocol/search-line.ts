/** What /topics/T/search says, a line of JSON for each. */
import type { Progress } from "../hub/search/search.ts";
import type { PanelRecord } from "./server-message.ts";

export type { Progress };

export interface Watermark {
  partition: number;
  low: number;
  high: number;
}

/** Offsets [from, to) that are passed over, and why. */
export interface Unreadable {
  partition: number;
  from: number;
  to: number;
  message: string;
}

export interface SearchEnd extends Progress {
  why: "all" | "limit" | "most";
  /** Where to go on: as from= and until= take it. */
  next: string;
}

export type SearchLine =
  | { begin: { watermarks: Watermark[]; leaderless: number[] } }
  | { record: PanelRecord }
  | { unreadable: Unreadable }
  | { progress: Progress }
  | { end: SearchEnd }
  | { error: { message: string; retryable: boolean; next: string } & Progress };
