/** Filling the screen, the controls go while nobody moves. */
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

const stillAfterMs = 3000;

export function useStill(frame: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const box = frame.current?.firstElementChild;
    if (!box) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const moved = () => {
      box.classList.remove("still");
      clearTimeout(timer);
      if (document.fullscreenElement === box) timer = setTimeout(() => box.classList.add("still"), stillAfterMs);
    };
    const events = ["pointermove", "pointerdown", "keydown", "fullscreenchange"];
    for (const event of events) addEventListener(event, moved, true);
    return () => {
      for (const event of events) removeEventListener(event, moved, true);
      clearTimeout(timer);
      box.classList.remove("still");
    };
  }, [frame]);
}
