/** What the server's search says, line by line, as it comes. */
import type { PanelRecord } from "../../../protocol/server-message.ts";
import { reloadWhereRefused } from "../../token-lost.ts";

export interface Watermark {
  partition: number;
  low: number;
  high: number;
}

export interface Progress {
  records: number;
  bytes: number;
  /** 0 to 1, of all that is asked for. */
  share: number;
  seconds: number;
  hits: number;
  unreadable: number;
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

/** @param take gets what came together @throws Error whose message is the server's sentence; the signal's reason */
export async function readSearch(url: string, take: (lines: SearchLine[]) => void, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { signal }).catch((error) => {
    signal.throwIfAborted();
    throw new Error("The kt server does not answer", { cause: error });
  });
  if (!response.ok || !response.body) {
    if (response.status === 401) void reloadWhereRefused();
    throw new Error((await response.text()).trim());
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      if (lines.length > 0) take(lines.map((line) => JSON.parse(line) as SearchLine));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw new Error("The kt server ended in the middle", { cause: error });
  }
}
