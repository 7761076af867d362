/** Components that show what a clock says. */
import { useEffect, useReducer } from "preact/hooks";
import { useCell } from "../parts/cell.ts";
import type { PlayClock } from "./clock.ts";

/** The component is drawn again when the clock is set, and while `every` is given so often as well. */
export function useClock(clock: PlayClock, everyMs?: number): PlayClock {
  useCell(clock.changes);
  const [, draw] = useReducer((count: number, _: null) => count + 1, 0);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => draw(null), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return clock;
}
