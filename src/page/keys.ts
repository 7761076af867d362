/** What single keys do on the whole page. */
import { useLayoutEffect, useRef } from "preact/hooks";

type Actions = Record<string, () => void>;

/** What came last is in front: a key is the first one's that knows it. */
const layers: { actions: Actions }[] = [];

/**
 * A control that a pointer has used, and is done with. It has the focus still, and yet a key is not meant for it:
 * who clicks on "Together" and then presses Space wants to pause, as in any player.
 */
let used: Element | null = null;
let pointed: Element | null = null;

/** It is for the field or button that has the focus. */
function isForControl({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement) || target === used) return false;
  if (target.matches("input, select, textarea")) return key !== "Escape";
  return (key === " " || key === "Enter") && target.matches("button:not(.picture), a, summary");
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || isForControl(event)) return;
  const action = layers.findLast(({ actions }) => event.key in actions)?.actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

/** Listens to the page's keys, and to what the pointer is used on. */
export function listenToKeys(): void {
  addEventListener("keydown", pressed);
  addEventListener("pointerdown", ({ target }) => {
    pointed = target instanceof Element ? target.closest("button, select") : null;
    used = pointed?.matches("button") ? pointed : null;
  });
  // Of a list the keys are its own until something was chosen.
  addEventListener("change", ({ target }) => {
    if (target === pointed) used = pointed;
  });
  addEventListener("focusin", ({ target }) => {
    if (target !== pointed) used = pointed = null;
  });
}

/** As long as the component is shown; what it was shown over gets the keys that it does not know. */
export function useKeys(actions: Actions): void {
  const layer = useRef({ actions }).current;
  layer.actions = actions;
  useLayoutEffect(() => {
    layers.push(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  }, [layer]);
}
