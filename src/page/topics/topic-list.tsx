/** All topics and streams, found by a few letters. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { TopicSummary } from "../../protocol/server-message.ts";
import { KeepButton } from "../layout/keep-button.tsx";
import type { Layouts } from "../layout/layouts.ts";
import { SearchIcon } from "../parts/icons.tsx";
import { touchOnly } from "../parts/media.ts";
import { plural } from "../parts/words.ts";
import { findFieldId } from "./find-keys.ts";
import { ListGrid } from "./list-grid.tsx";
import { byName, foundRows, type ListRow, type ListSort, listRows, readSort, sortedRows, writeSort } from "./list-model.ts";
import { goTo, type TopicsPlace } from "./place.ts";
import { useBytes } from "./use-bytes.ts";

/** A browser takes so many changes of its address and no more. */
const addressMs = 400;

interface Props {
  place: TopicsPlace;
  topics: TopicSummary[];
  layouts: Layouts;
}

export function TopicList({ place, topics, layouts }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const focusOn = useRef<(at: number) => void>(() => {});
  const [search, setSearch] = useState(place.query.get("q") ?? "");
  const [sort, setSort] = useState(() => readSort(place.query.get("sort")));
  const [active, setActive] = useState<string>();
  const bytes = useBytes();
  const all = useMemo(() => listRows(topics, bytes), [topics, bytes]);
  const rows = useMemo(() => sortedRows(foundRows(all, search), sort), [all, search, sort]);
  useAddress(search, sort);
  // On a phone the keyboard would cover the list.
  useLayoutEffect(() => {
    if (!matchMedia(touchOnly).matches) field.current?.focus();
  }, []);
  // A topic without records has nothing for the wall.
  const tools = ({ topic, key, kind, name }: ListRow) => kind !== "empty" && <KeepButton layouts={layouts} subject={{ topic, key }} name={name} />;
  const typed = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" && rows.length > 0) focusOn.current(0);
    else if (event.key === "Enter") document.querySelector<HTMLElement>(".topic-grid [data-row]")?.click();
    else if (event.key === "Escape" && search !== "") setSearch("");
    else return;
    // The page's own Escape leaves the list: the first one only clears the field.
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section class="topic-list" aria-labelledby="topics">
      <div class="toolbar">
        <h2 id="topics">Topics</h2>
        <label class="filter">
          <SearchIcon />
          <input
            id={findFieldId}
            ref={field}
            type="search"
            placeholder="Find a topic or stream"
            title="Some letters of a topic, a stream or a kind (/ or Ctrl K)"
            aria-label="Find a topic or stream"
            autocomplete="off"
            spellcheck={false}
            value={search}
            onInput={({ currentTarget }) => setSearch(currentTarget.value)}
            onKeyDown={typed}
          />
        </label>
        <span class="facts count" role="status">
          {rows.length === all.length ? plural(topics.length, "topic") : `${plural(rows.length, "row")} of ${all.length}`}
        </span>
      </div>
      <ListGrid rows={rows} sort={sort} onSort={setSort} tools={tools} active={active} onActive={setActive} focusOn={focusOn} />
      {rows.length === 0 && <p class="none">{all.length === 0 ? "There are no topics yet." : `Nothing has “${search}” in its name.`}</p>}
    </section>
  );
}

/** What is looked for, and the order, are in the address: a reload and a link keep them. */
function useAddress(search: string, sort: ListSort): void {
  useEffect(() => {
    const query = new URLSearchParams();
    if (search !== "") query.set("q", search);
    if (writeSort(sort) !== writeSort(byName)) query.set("sort", writeSort(sort));
    const timer = setTimeout(() => {
      if (/^#topics(\?|$)/.test(location.hash)) goTo({ query }, "replace");
    }, addressMs);
    return () => clearTimeout(timer);
  }, [search, sort]);
}
