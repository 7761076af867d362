/** What single keys do on the whole page. */
import { useEffect } from "preact/hooks";

/** It is for the field or button that has the focus. */
function isForControl({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.matches("input, select, textarea")) return key !== "Escape";
  return (key === " " || key === "Enter") && target.matches("button:not(.picture), a, summary");
}

export function useKeys(actions: Record<string, () => void>): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const action = event.altKey || event.ctrlKey || event.metaKey ? undefined : actions[event.key];
      if (!action || isForControl(event)) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });
}
