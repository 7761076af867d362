/** A finger that is drawn sideways over the picture: to the next stream, or the one before. */
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

const leastPx = 50;
/** So much more sideways than up or down. */
const slant = 2;
/** Of a picture that is zoomed in by two fingers, one finger moves the part that is seen. */
const zoomed = 1.05;

export function useSwipe(frame: RefObject<HTMLElement | null>, onSwipe: ((by: 1 | -1) => void) | undefined): void {
  const told = useRef(onSwipe);
  told.current = onSwipe;
  useEffect(() => {
    const picture = frame.current?.querySelector<HTMLElement>(".picture");
    let began: PointerEvent | undefined;
    const down = (event: PointerEvent) => {
      const alone = event.isPrimary && (visualViewport?.scale ?? 1) < zoomed;
      began = event.pointerType === "touch" && alone ? event : undefined;
    };
    const up = (event: PointerEvent) => {
      if (began?.pointerId !== event.pointerId) return;
      const [right, low] = [event.clientX - began.clientX, event.clientY - began.clientY];
      began = undefined;
      if (Math.abs(right) >= leastPx && Math.abs(right) > slant * Math.abs(low)) told.current?.(right < 0 ? 1 : -1);
    };
    const cancel = () => {
      began = undefined;
    };
    picture?.addEventListener("pointerdown", down);
    picture?.addEventListener("pointerup", up);
    picture?.addEventListener("pointercancel", cancel);
    return () => {
      picture?.removeEventListener("pointerdown", down);
      picture?.removeEventListener("pointerup", up);
      picture?.removeEventListener("pointercancel", cancel);
    };
  }, [frame]);
}
