/** "/" and Ctrl-K lead to the list of all topics and streams, and into its field, wherever one is. */
import { useEffect } from "preact/hooks";
import { goTo, readTopicsPlace } from "./place.ts";

/** As the list's field has it. */
export const findFieldId = "find-topics";

export function useFindKeys(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event;
      const typed = target instanceof HTMLElement && (target.isContentEditable || target.matches("input, select, textarea"));
      const asked = (ctrlKey || metaKey) && !altKey && !shiftKey ? key.toLowerCase() === "k" : key === "/" && !ctrlKey && !metaKey && !altKey && !typed;
      if (!asked || event.defaultPrevented) return;
      event.preventDefault();
      const place = readTopicsPlace(location.hash);
      if (!place || place.topic !== null) goTo({});
      // What leads there from elsewhere has its focus when it is drawn.
      const field = document.getElementById(findFieldId);
      field?.focus();
      if (field instanceof HTMLInputElement) field.select();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
}
