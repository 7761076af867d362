/** A topic's records: read from where one likes, searched, and opened. */
import { useEffect, useRef } from "preact/hooks";
import type { TopicSummary } from "../../protocol/server-message.ts";
import type { Connection } from "../connection.ts";
import { PauseIcon, PlayIcon } from "../parts/icons.tsx";
import { countText } from "../parts/words.ts";
import { Zone } from "../parts/zone.tsx";
import { goTo, writeTopicsPlace } from "./place.ts";
import { type AskedRecords, isOldestFirst, isSearch, readAsked, readSpot, type Spot, writeAsked, writeSpot } from "./records/asked.ts";
import { ExportLinks } from "./records/export-links.tsx";
import { FilterForm } from "./records/filter-form.tsx";
import { OpenedRecord } from "./records/opened-record.tsx";
import { RecordTable } from "./records/record-table.tsx";
import { SearchProgress } from "./records/search-progress.tsx";
import { useFollow } from "./records/use-follow.ts";
import { neighbour } from "./records/use-opened.ts";
import { useSearch } from "./records/use-search.ts";
import type { ValueView } from "./records/value-views.tsx";

interface Props {
  connection: Connection;
  name: string;
  /** undefined while the catalogue does not know it. */
  topic: TopicSummary | undefined;
  query: URLSearchParams;
}

export function TopicRecords({ connection, name, topic, query }: Props) {
  const asked = readAsked(query);
  const opened = readSpot(query.get("open"));
  const view = query.get("view") as ValueView | null;
  const search = useSearch(name, asked, !asked.live);
  const live = useFollow(connection, name, asked, asked.live);
  const { records, trouble } = asked.live ? live : search;
  const stepping = useRef<AbortController>(undefined);
  const list = useRef<HTMLDivElement>(null);
  const searched = isSearch(asked);
  const oldestFirst = isOldestFirst(asked);

  const place = (more: Partial<AskedRecords>, spot: Spot | null = null, its: ValueView | null = view) => {
    const next = writeAsked({ ...asked, ...more });
    if (spot) next.set("open", writeSpot(spot));
    if (spot && its) next.set("view", its);
    return { topic: name, query: next };
  };
  const hrefOf = (spot: Spot) => writeTopicsPlace(place({}, spot));
  const step = async (by: -1 | 1) => {
    if (!opened) return;
    stepping.current?.abort();
    stepping.current = new AbortController();
    const next = await neighbour(name, asked, records, opened, by, stepping.current.signal).catch(() => null);
    if (next) goTo(place({}, next), "replace");
  };
  const spot = opened && writeSpot(opened);
  useEffect(() => {
    if (spot) list.current?.querySelector(`[data-spot="${spot}"]`)?.scrollIntoView({ block: "nearest" });
  }, [spot]);

  const onward =
    search.end && search.end.why !== "all" ? writeTopicsPlace(place(oldestFirst ? { from: search.end.next } : { until: search.end.next })) : undefined;
  const back = oldestFirst ? { from: "", until: asked.from } : asked.until !== "" ? { from: asked.until, until: "" } : undefined;
  const older = oldestFirst ? back && asked.from !== "start" && writeTopicsPlace(place(back)) : onward;
  const newer = oldestFirst ? onward : back && writeTopicsPlace(place(back));
  return (
    <div class={opened ? "records-view opened-one" : "records-view"}>
      <div class="records-list" ref={list}>
        <FilterForm asked={asked} partitions={topic?.partitions ?? 1} onAsk={(next) => goTo({ topic: name, query: writeAsked(next) })} />
        <div class="records-bar">
          <button
            type="button"
            class={asked.live ? "tool on" : "tool"}
            aria-pressed={asked.live}
            onClick={() => goTo(place({ live: !asked.live, from: "", until: "" }))}
          >
            <PlayIcon /> Live
          </button>
          {asked.live && (
            <button type="button" class="tool" aria-pressed={live.paused} onClick={() => live.pause(!live.paused)}>
              {live.paused ? <PlayIcon /> : <PauseIcon />}
              {live.paused ? `Go on${live.waiting > 0 ? ` · ${countText(live.waiting)} new` : ""}` : "Pause"}
            </button>
          )}
          {asked.live && live.skipped > 0 && <span class="dim">{countText(live.skipped)} came too fast to be shown</span>}
          {!asked.live && <Where search={search} asked={asked} />}
          <ExportLinks topic={name} asked={asked} />
          <Zone atMs={records[0]?.timestamp} />
        </div>
        {!asked.live && searched && <SearchProgress search={search} onward={onward} oldestFirst={oldestFirst} />}
        {trouble && (
          <p class="trouble" role="alert">
            {trouble}{" "}
            {!asked.live && (
              <button type="button" class="tool" onClick={search.again}>
                Again
              </button>
            )}
          </p>
        )}
        <RecordTable
          label={`Records of ${name}`}
          records={records}
          json={topic?.kind === "json"}
          whole={!asked.live && !searched}
          unreadable={asked.live ? [] : search.unreadable}
          opened={opened}
          hrefOf={hrefOf}
        />
        {records.length === 0 && !trouble && (
          <p class="hint">{asked.live ? "Waiting for what comes…" : search.running ? "Reading…" : nothingText(searched, search.stopped)}</p>
        )}
        {!asked.live && (older || newer) && !search.running && (
          <nav class="pages" aria-label="More records">
            {newer && <a href={newer}>Newer</a>}
            {older && <a href={older}>Older</a>}
            {(oldestFirst || asked.until !== "") && <a href={writeTopicsPlace(place({ from: "", until: "" }))}>Newest</a>}
          </nav>
        )}
      </div>
      {opened && (
        <OpenedRecord
          topic={name}
          spot={opened}
          view={view}
          onView={(next) => goTo(place({}, opened, next), "replace")}
          onStep={(by) => void step(by)}
          onClose={() => goTo(place({}))}
        />
      )}
    </div>
  );
}

/** What stands at the begin of the log, and what cannot be read. */
function Where({ search: { watermarks, leaderless }, asked }: { search: ReturnType<typeof useSearch>; asked: AskedRecords }) {
  const deleted = watermarks.filter(({ low }) => low > 0);
  const asks = /^\d{1,11}$/.test(asked.from) ? Number(asked.from) : undefined;
  const gone = asks === undefined ? [] : deleted.filter(({ low }) => low > asks);
  return (
    <span class="dim where">
      {gone.length > 0
        ? `Deleted by now: ${gone.map(({ partition, low }) => `partition ${partition} begins at ${low}`).join(", ")}`
        : deleted.length > 0 && deleted.length <= 3 && `What came before ${deleted.map(({ partition, low }) => `${partition}:${low}`).join(", ")} is deleted`}
      {leaderless.length > 0 && ` Without a leader, and not read: partition ${leaderless.join(", ")}`}
    </span>
  );
}

function nothingText(searched: boolean, stopped: boolean): string {
  if (stopped) return "Stopped before anything was found.";
  return searched ? "Nothing found." : "No records here.";
}
