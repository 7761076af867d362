/** When which labels were seen in a stream, as far as they are chosen; asked again while it is shown, as the log goes on. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { SeenEvent } from "../../protocol/server-message.ts";
import type { Connection } from "../connection.ts";
import type { StreamView } from "../live/stream-view.ts";
import { useCell } from "../parts/cell.ts";
import { type EventSpan, eventsOf } from "./asks.ts";
import { boxSettings, isChosen } from "./settings.ts";

const askEveryMs = 5000;
/** While the server is still looking. */
const soonMs = 700;
/** While the timeline is zoomed, that is looked at which is shown when it stands still. */
const settledMs = 250;

export interface StreamEvents {
  /** Some topic says what is seen in the stream. */
  known: boolean;
  /** Those that are drawn, in the order of their beginnings. */
  shown: SeenEvent[];
  /** So many of the records say so: of more, some that are spread over all. */
  read: number;
  held: number;
  /** Looks closer at a span of time; null at all. */
  look(span: EventSpan | null): void;
}

const nothing = { events: [] as SeenEvent[], read: 0, held: 0 };

export function useEvents(connection: Connection, view: StreamView): StreamEvents {
  const overlays = useCell(view.boxSource.overlays).join("/");
  const settings = useCell(boxSettings);
  const [answer, setAnswer] = useState(nothing);
  const span = useRef<EventSpan | null>(null);
  const ask = useRef(() => {});
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    setAnswer(nothing);
    if (overlays === "") return;
    let stopped = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const again = async () => {
      clearTimeout(timer);
      stopped.abort();
      stopped = new AbortController();
      const { signal } = stopped;
      let waitMs = askEveryMs;
      try {
        const { events, read, held, partial } = await eventsOf(connection, view, span.current, signal);
        if (!signal.aborted) setAnswer({ events, read, held });
        waitMs = partial ? soonMs : askEveryMs;
      } catch {
        // Of what the server cannot say now it is asked again.
      }
      if (!signal.aborted) timer = setTimeout(() => void again(), waitMs);
    };
    ask.current = () => void again();
    void again();
    return () => {
      stopped.abort();
      clearTimeout(timer);
      clearTimeout(settling.current);
      ask.current = () => {};
    };
  }, [connection, view, overlays]);
  const look = (next: EventSpan | null) => {
    span.current = next && { fromMs: next.fromMs, toMs: next.toMs };
    clearTimeout(settling.current);
    settling.current = setTimeout(() => ask.current(), settledMs);
  };
  const shown = useMemo(() => (settings.on ? answer.events.filter((event) => isChosen(event, settings)) : []), [answer, settings]);
  return { known: overlays !== "", shown, read: answer.read, held: answer.held, look };
}

/** Pictures that are no further away are of the same moment. */
const sameMs = 50;

/** The event that begins next, or that began before; undefined where there is none. Pure. */
export function besideEvent(events: readonly SeenEvent[], timeMs: number, by: 1 | -1): SeenEvent | undefined {
  return by > 0 ? events.find(({ startMs }) => startMs > timeMs + sameMs) : events.findLast(({ startMs }) => startMs < timeMs - sameMs);
}
