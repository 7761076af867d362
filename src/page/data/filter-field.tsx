/** Where a list's filter is typed; it is asked for when the typing pauses. */
import { useEffect, useRef } from "preact/hooks";
import { SearchIcon } from "../parts/icons.tsx";

const pauseMs = 250;

export function FilterField({ label, onType }: { label: string; onType(text: string): void }) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const ask = (text: string, waitMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onType(text), waitMs);
  };
  return (
    <label class="filter">
      <SearchIcon />
      <input
        type="search"
        placeholder="Filter: text, key:name"
        title="Text that the key or the value has; key:name looks in the key alone"
        aria-label={label}
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => ask(currentTarget.value, pauseMs)}
        onKeyDown={(event) => {
          if (event.key === "Enter") ask(event.currentTarget.value, 0);
          if (event.key !== "Escape" || event.currentTarget.value === "") return;
          // The page's own Escape leaves the large view: the first one only clears the field.
          event.preventDefault();
          event.stopPropagation();
          event.currentTarget.value = "";
          ask("", 0);
        }}
      />
    </label>
  );
}
