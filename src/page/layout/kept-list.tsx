/** What is kept on the wall, in its order: moved, put into groups, and taken off. */
import { CloseIcon, DownIcon } from "../parts/icons.tsx";
import { TypedField } from "../parts/typed-field.tsx";
import { sameSubject } from "../subject.ts";
import type { Kept } from "./layout.ts";

interface Props {
  kept: Kept[];
  /** Those of it that are not there. */
  missing: Kept[];
  onChange(kept: Kept[]): void;
}

export function KeptList({ kept, missing, onChange }: Props) {
  const swap = (at: number, to: number) => {
    const next = [...kept];
    [next[at], next[to]] = [kept[to] as Kept, kept[at] as Kept];
    onChange(next);
  };
  return (
    <ol aria-label="Kept on the wall">
      {kept.map((one, i) => {
        const name = one.key === null ? one.topic : one.key || one.topic;
        const isMissing = missing.some((other) => sameSubject(other, one));
        return (
          <li key={`${one.topic}/${one.key}`}>
            <span class={isMissing ? "name lacking" : "name"} title={`${name}, topic ${one.topic}${isMissing ? ": not there now" : ""}`}>
              <bdi>{name}</bdi>
            </span>
            <TypedField
              value={one.group}
              placeholder="group"
              aria-label={`Group of ${name}`}
              maxLength={40}
              onDone={(text) => onChange(kept.map((other, j) => (j === i ? { ...other, group: text.trim() } : other)))}
            />
            <button type="button" class="tool icon up" aria-label={`Move ${name} up`} disabled={i === 0} onClick={() => swap(i, i - 1)}>
              <DownIcon />
            </button>
            <button type="button" class="tool icon" aria-label={`Move ${name} down`} disabled={i === kept.length - 1} onClick={() => swap(i, i + 1)}>
              <DownIcon />
            </button>
            <button
              type="button"
              class="tool icon"
              aria-label={`Take ${name} off the wall`}
              onClick={(event) => {
                event.currentTarget.closest("section")?.querySelector<HTMLElement>("select")?.focus();
                onChange(kept.filter((_, j) => j !== i));
              }}
            >
              <CloseIcon />
            </button>
          </li>
        );
      })}
    </ol>
  );
}
