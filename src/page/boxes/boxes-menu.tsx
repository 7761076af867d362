/** What of all that was seen is drawn in the player: on or off, which labels, from which score, and whether live pictures wait for it. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { colorOfLabel } from "../../format/detections/colors.ts";
import { useReturnOfFocus } from "../focus.ts";
import { useKeys } from "../keys.ts";
import type { StreamView } from "../live/stream-view.ts";
import { useCell } from "../parts/cell.ts";
import { BoxesIcon, DownIcon } from "../parts/icons.tsx";
import { Tool } from "../rewind/transport.tsx";
import { boxSettings, changeBoxes, holdChoicesMs, toggleBoxes } from "./settings.ts";

export function BoxesMenu({ view }: { view: StreamView }) {
  const overlays = useCell(view.boxSource.overlays);
  const { on } = useCell(boxSettings);
  const [open, setOpen] = useState(false);
  useKeys(overlays.length > 0 ? { b: toggleBoxes, B: () => setOpen(!open) } : {});
  if (overlays.length === 0) return null;
  return (
    <span class="boxes-tools">
      <Tool label="Boxes" keys="B" pressed={on} onClick={toggleBoxes}>
        <BoxesIcon />
      </Tool>
      <Tool label="Which boxes" keys="Shift B" pressed={open} onClick={() => setOpen(!open)}>
        <DownIcon />
      </Tool>
      {open && <Choices view={view} overlays={overlays} onClose={() => setOpen(false)} />}
    </span>
  );
}

function Choices({ view, overlays, onClose }: { view: StreamView; overlays: string[]; onClose(): void }) {
  const { hidden, leastScore, holdMs, trails } = useCell(boxSettings);
  const box = useRef<HTMLElement>(null);
  const first = useRef<HTMLInputElement>(null);
  useReturnOfFocus(box);
  useLayoutEffect(() => first.current?.focus(), []);
  useKeys({ Escape: onClose });
  const labels = [...new Set([...view.boxes.store.labels, ...hidden])].sort();
  const choose = (label: string, shown: boolean) => changeBoxes({ hidden: shown ? hidden.filter((other) => other !== label) : [...hidden, label] });
  return (
    <section class="boxes-menu" aria-label="Which boxes are drawn" ref={box}>
      <p>From {overlays.join(", ")}</p>
      <label>
        Score from
        <input
          type="range"
          min="0"
          max="100"
          step="5"
          ref={first}
          value={Math.round(leastScore * 100)}
          onInput={(event) => changeBoxes({ leastScore: Number(event.currentTarget.value) / 100 })}
        />
        <output>{Math.round(leastScore * 100)}%</output>
      </label>
      <label>
        Hold live pictures for their boxes
        <select value={holdMs} onChange={(event) => changeBoxes({ holdMs: Number(event.currentTarget.value) })}>
          {holdChoicesMs.map((ms) => (
            <option key={ms} value={ms}>
              {ms === 0 ? "no" : `up to ${ms / 1000} s`}
            </option>
          ))}
        </select>
      </label>
      <label>
        <input type="checkbox" checked={trails} onChange={(event) => changeBoxes({ trails: event.currentTarget.checked })} />
        Where tracks were before
      </label>
      <fieldset>
        <legend>Labels</legend>
        {labels.map((label) => (
          <label key={label}>
            <input type="checkbox" checked={!hidden.includes(label)} onChange={(event) => choose(label, event.currentTarget.checked)} />
            <i style={{ background: colorOfLabel(label) }} />
            <span>{label || "without a label"}</span>
          </label>
        ))}
      </fieldset>
    </section>
  );
}
