/** An element's height, told to its style: a column that is taller than the screen stays when its end is reached. */
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/** Sets --height of the element, in px. */
export function useOwnHeight(element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const measured = element.current;
    if (!measured) return;
    const observer = new ResizeObserver(() => measured.style.setProperty("--height", `${measured.offsetHeight}px`));
    observer.observe(measured);
    return () => observer.disconnect();
  }, [element]);
}
