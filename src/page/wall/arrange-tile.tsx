/** A tile is moved on the wall, and taken off it: by a pointer that hovers, and by keys. Fingers have the wall's menu. */
import { CloseIcon, LeftIcon, RightIcon } from "../parts/icons.tsx";

interface Props {
  name: string;
  onDrop(): void;
  onMove?: ((by: 1 | -1) => void) | undefined;
}

/** Tab passes them by: with dozens of tiles it would never get anywhere. */
export function ArrangeTile({ name, onDrop, onMove }: Props) {
  const tool = (label: string, act: () => void, icon: preact.ComponentChildren) => (
    <button type="button" class="tool icon" tabIndex={-1} aria-label={label} title={label} onClick={act}>
      {icon}
    </button>
  );
  return (
    <span class="arrange">
      {onMove && tool(`Move ${name} back (Shift ←)`, () => onMove(-1), <LeftIcon />)}
      {onMove && tool(`Move ${name} on (Shift →)`, () => onMove(1), <RightIcon />)}
      {tool(`Take ${name} off the wall (Delete)`, onDrop, <CloseIcon />)}
    </span>
  );
}

export function arrangeKeys(onDrop: () => void, onMove: Props["onMove"]): (event: KeyboardEvent & { currentTarget: HTMLElement }) => void {
  return (event) => {
    const { key, shiftKey, altKey, ctrlKey, metaKey, currentTarget } = event;
    if (altKey || ctrlKey || metaKey) return;
    const by = shiftKey && { ArrowLeft: -1 as const, ArrowRight: 1 as const }[key];
    if (by) onMove?.(by);
    else if (key === "Delete" && !shiftKey) {
      // The next one has the focus, or the one before.
      const cell = currentTarget.closest(".cell");
      const next = cell?.nextElementSibling ?? cell?.previousElementSibling;
      next?.querySelector<HTMLElement>(".picture")?.focus();
      onDrop();
    } else return;
    event.preventDefault();
  };
}
