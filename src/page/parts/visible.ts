/** Whether an element can be seen; what cannot be seen is not asked for, and costs nothing. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { cell, useCell } from "./cell.ts";

const pageVisible = cell(!document.hidden);
document.addEventListener("visibilitychange", () => pageVisible.set(!document.hidden));

/** @param inFront it covers the page, wherever its place among the others may be */
export function useVisible(element: RefObject<HTMLElement | null>, inFront = false): boolean {
  const [onScreen, setOnScreen] = useState(false);
  useEffect(() => {
    if (!element.current) return;
    // A little before it scrolls in, so that the picture is there when it does.
    const observer = new IntersectionObserver((entries) => setOnScreen(entries.at(-1)?.isIntersecting ?? false), { rootMargin: "200px" });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return useCell(pageVisible) && (onScreen || inFront);
}

/** Whether the page is in front of somebody at all. */
export const usePageVisible = () => useCell(pageVisible);
