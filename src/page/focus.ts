/** Where the focus goes when what has it is closed: a key pressed then must not be lost. */
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/** When the element goes with the focus in it, what had it before has it again. */
export function useReturnOfFocus(element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const closed = element.current;
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement && closed?.contains(document.activeElement)) before.focus();
    };
  }, []);
}
