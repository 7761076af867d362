/** Whether what was seen is drawn, for all streams. */
import { useKeys } from "../keys.ts";
import { useCell } from "../parts/cell.ts";
import { boxSettings, toggleBoxes } from "./settings.ts";

export function BoxesButton() {
  const { on } = useCell(boxSettings);
  useKeys({ b: toggleBoxes });
  return (
    <button
      type="button"
      class={on ? "tool switch on" : "tool switch"}
      aria-pressed={on}
      title="What programs see in the pictures is drawn over them (B)"
      onClick={toggleBoxes}
    >
      <i aria-hidden="true" /> Boxes
    </button>
  );
}
