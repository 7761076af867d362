/** Of thousands of rows those that are in sight: only they are in the document. */
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { touch, useMedia } from "./media.ts";

/** As in table.css, and in touch.css as high as a finger. */
const heights = { mouse: 30, finger: 44 };
const beyondRows = 8;

export interface RowWindow {
  /** Rows [first, last) are to be drawn. */
  first: number;
  last: number;
  /** Of a row, and of what scrolls. */
  rowHeight: number;
  height: number;
  /** To be called when it scrolls. */
  look(): void;
}

/** @param layout what the height of the scroller depends on, beside its own */
export function useRowWindow(scroller: RefObject<HTMLElement | null>, rowCount: number, layout?: unknown): RowWindow {
  const [view, setView] = useState({ top: 0, height: 600 });
  const rowHeight = useMedia(touch) ? heights.finger : heights.mouse;
  const look = () => {
    const { scrollTop, clientHeight } = scroller.current as HTMLElement;
    setView((before) => (before.top === scrollTop && before.height === clientHeight ? before : { top: scrollTop, height: clientHeight }));
  };
  useLayoutEffect(() => {
    look();
    const observer = new ResizeObserver(look);
    observer.observe(scroller.current as HTMLElement);
    return () => observer.disconnect();
  }, [layout]);
  return {
    first: Math.max(0, Math.min(rowCount, Math.floor(view.top / rowHeight)) - beyondRows),
    last: Math.min(rowCount, Math.ceil((view.top + view.height) / rowHeight) + beyondRows),
    rowHeight,
    height: view.height,
    look,
  };
}
