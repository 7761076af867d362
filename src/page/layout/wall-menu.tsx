/** What the wall shows, chosen: which streams and panels, in which order, columns and groups, and layouts under a name. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useReturnOfFocus } from "../focus.ts";
import { useKeys } from "../keys.ts";
import { useCell } from "../parts/cell.ts";
import { CloseIcon, CopyIcon, DownIcon } from "../parts/icons.tsx";
import { share } from "../parts/share.ts";
import { plural } from "../parts/words.ts";
import { writeTopicsPlace } from "../topics/place.ts";
import { KeptList } from "./kept-list.tsx";
import { type Kept, type Layout, mostColumns } from "./layout.ts";
import type { Layouts } from "./layouts.ts";

interface Props {
  layouts: Layouts;
  /** What is shown now, each by itself. */
  shown: Kept[];
  /** What of the layout is not there. */
  missing: Kept[];
}

export function WallMenu(props: Props) {
  const layout = useCell(props.layouts.current);
  const [open, setOpen] = useState(false);
  useKeys({ w: () => setOpen(!open) });
  return (
    <span class="wall-tools">
      <button type="button" class={layout ? "tool on" : "tool"} aria-expanded={open} title="What the wall shows (W)" onClick={() => setOpen(!open)}>
        Wall <DownIcon />
      </button>
      {open && <Menu {...props} layout={layout} onClose={() => setOpen(false)} />}
    </span>
  );
}

function Menu({ layouts, shown, missing, layout, onClose }: Props & { layout: Layout | null; onClose(): void }) {
  const box = useRef<HTMLElement>(null);
  const saved = useCell(layouts.saved);
  const [told, tell] = useState("");
  useReturnOfFocus(box);
  useLayoutEffect(() => box.current?.querySelector<HTMLElement>("select, button")?.focus(), []);
  useKeys({ Escape: onClose });
  const columns = layout?.columns ?? null;
  const link = async () =>
    tell((await share(location.href)) ? "The link is copied." : "The browser does not let this page copy: the address bar has the link.");
  return (
    <section class="wall-menu" aria-label="What the wall shows" ref={box}>
      <p>
        {layout ? `${plural(layout.kept.length, "place")} chosen` : "Everything is shown as it comes"}
        {missing.length > 0 && `, ${missing.length} not there now`}. More is in <a href={writeTopicsPlace({})}>the list of topics</a>.
      </p>
      <label>
        Columns
        <select
          value={columns ?? ""}
          onChange={({ currentTarget: { value } }) => layouts.change({ kept: layout?.kept ?? shown, columns: value === "" ? null : Number(value) })}
        >
          <option value="">as the screen has room</option>
          {Array.from({ length: mostColumns }, (_, i) => (
            <option key={i} value={i + 1}>
              {i + 1}
            </option>
          ))}
        </select>
      </label>
      {layout && <KeptList kept={layout.kept} missing={missing} onChange={(kept) => layouts.change({ ...layout, kept })} />}
      <div class="actions">
        {layout ? (
          <>
            <button type="button" class="tool bordered" onClick={() => layouts.change(null)}>
              Show everything
            </button>
            <button type="button" class="tool bordered" onClick={() => void link()}>
              <CopyIcon /> Copy a link to this wall
            </button>
          </>
        ) : (
          <button type="button" class="tool bordered" disabled={shown.length === 0} onClick={() => layouts.change({ kept: shown, columns: null })}>
            Keep what is shown, and arrange it
          </button>
        )}
      </div>
      {layout && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const name = String(new FormData(event.currentTarget).get("name")).trim();
            if (name === "") return;
            layouts.save(name);
            event.currentTarget.reset();
            tell(`Saved as ${name}.`);
          }}
        >
          <input name="name" placeholder="Name of this layout" aria-label="Name of this layout" maxLength={60} autocomplete="off" />
          <button type="submit" class="tool bordered">
            Save
          </button>
        </form>
      )}
      {saved.length > 0 && (
        <ul aria-label="Saved layouts">
          {saved.map((one) => (
            <li key={one.name}>
              <button type="button" class="tool name" onClick={() => layouts.use(one)}>
                {one.name}
              </button>
              <button type="button" class="tool icon" aria-label={`Forget ${one.name}`} title="Forget it" onClick={() => layouts.forget(one)}>
                <CloseIcon />
              </button>
            </li>
          ))}
        </ul>
      )}
      <p role="status">{told}</p>
    </section>
  );
}
