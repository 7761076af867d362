/** The records that are asked for, as they come. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Progress, SearchEnd, Unreadable, Watermark } from "../../../protocol/search-line.ts";
import type { PanelRecord } from "../../../protocol/server-message.ts";
import { type AskedRecords, isSearch, pageRecords, searchUrl } from "./asked.ts";
import { readSearch } from "./search-lines.ts";

const mostFound = 500;

export interface SearchState {
  /** In the order in which they were asked for. */
  records: PanelRecord[];
  watermarks: Watermark[];
  leaderless: number[];
  unreadable: Unreadable[];
  /** null before the server has said anything. */
  progress: Progress | null;
  end: SearchEnd | null;
  /** Stopped by its reader. */
  stopped: boolean;
  trouble: string;
  running: boolean;
}

export interface Search extends SearchState {
  stop(): void;
  /** Once more. */
  again(): void;
}

const nothing: SearchState = {
  records: [],
  watermarks: [],
  leaderless: [],
  unreadable: [],
  progress: null,
  end: null,
  stopped: false,
  trouble: "",
  running: true,
};

/** @param on false while something else is shown */
export function useSearch(topic: string, asked: AskedRecords, on: boolean): Search {
  const [state, setState] = useState(nothing);
  const [round, setRound] = useState(0);
  const stopping = useRef<AbortController>(undefined);
  const limit = isSearch(asked) ? mostFound : pageRecords;
  const url = searchUrl(topic, asked, { limit: String(limit) });
  useEffect(() => {
    if (!on) return;
    const stop = new AbortController();
    stopping.current = stop;
    setState(nothing);
    const change = (more: Partial<SearchState>) => setState((before) => ({ ...before, ...more }));
    readSearch(
      url,
      (lines) => {
        if (stop.signal.aborted) return;
        setState((before) => {
          const next = { ...before, records: [...before.records] };
          for (const line of lines) {
            if ("record" in line) next.records.push(line.record);
            else if ("unreadable" in line) next.unreadable = [...next.unreadable, line.unreadable];
            else if ("begin" in line) Object.assign(next, line.begin);
            else if ("progress" in line) next.progress = line.progress;
            else if ("end" in line) Object.assign(next, { progress: line.end, end: line.end });
            else Object.assign(next, { progress: line.error, trouble: line.error.message });
          }
          return next;
        });
      },
      stop.signal,
    ).then(
      () => change({ running: false }),
      (error: Error) => stop.signal.aborted || change({ running: false, trouble: error.message }),
    );
    return () => stop.abort();
  }, [url, on, round]);
  return {
    ...state,
    stop() {
      stopping.current?.abort();
      setState((before) => ({ ...before, running: false, stopped: true }));
    },
    again: () => setRound((before) => before + 1),
  };
}
