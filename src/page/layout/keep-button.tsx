/** In the list of topics: whether a stream or a panel is kept on the wall. */
import { useCell } from "../parts/cell.ts";
import { PinIcon } from "../parts/icons.tsx";
import type { Subject } from "../subject.ts";
import type { Layouts } from "./layouts.ts";

interface Props {
  layouts: Layouts;
  subject: Subject;
  name: string;
}

export function KeepButton({ layouts, subject, name }: Props) {
  useCell(layouts.current);
  const kept = layouts.isKept(subject);
  return (
    <button
      type="button"
      class={kept ? "tool icon on" : "tool icon"}
      aria-pressed={kept}
      aria-label={`Keep ${name} on the wall`}
      title={kept ? "Kept on the wall: take it off" : "Keep it on the wall"}
      onClick={() => layouts.toggle(subject)}
    >
      <PinIcon />
    </button>
  );
}
