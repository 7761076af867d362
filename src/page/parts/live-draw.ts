/** Draws a component for what came from the server, a few times a second at most. */
import { useEffect, useReducer, useRef } from "preact/hooks";

/** @returns what to call when something came */
export function useLiveDraw(everyMs: number): () => void {
  const [, draw] = useReducer((count: number, _: null) => count + 1, 0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      draw(null);
    }, everyMs);
  };
}
