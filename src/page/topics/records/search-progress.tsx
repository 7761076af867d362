/** How far a search is, what it found, and the way to stop it or to go on. */
import { bytesText } from "../../../words.ts";
import { countText, longDurationText, plural } from "../../parts/words.ts";
import type { Search } from "./use-search.ts";

interface Props {
  search: Search;
  /** Where it goes on; undefined where it has nothing left. */
  onward: string | undefined;
  oldestFirst: boolean;
}

export function SearchProgress({ search, onward, oldestFirst }: Props) {
  const { progress, running, end, stopped, records } = search;
  const share = progress?.share ?? 0;
  const percent = share > 0.999 || share === 0 ? Math.round(100 * share) : (100 * share).toFixed(share < 0.1 ? 1 : 0);
  const speed = progress && progress.seconds > 0 ? progress.records / progress.seconds : 0;
  return (
    <div class="search-progress">
      <progress max={1} value={share} aria-label="Share of the log that is searched" />
      <p role="status">
        {!progress && running && "Searching…"}
        {progress && (
          <>
            <b>{plural(Math.max(records.length, running ? progress.hits : 0), "hit")}</b> in {plural(progress.records, "record")} ({bytesText(progress.bytes)}),{" "}
            {percent} % of the log
            {running && speed > 0 && `, ${countText(speed)} records a second`}
            {progress.unreadable > 0 && `; ${plural(progress.unreadable, "record")} passed over, too large or broken`}
            {end && `, in ${progress.seconds < 10 ? `${progress.seconds.toFixed(1)} s` : longDurationText(1000 * progress.seconds)}`}
            {end?.why === "most" && ": as many as are looked at once"}
          </>
        )}
        {stopped && " · stopped"}
      </p>
      {running ? (
        <button type="button" class="tool" onClick={search.stop}>
          Stop
        </button>
      ) : (
        onward !== undefined && (
          <a class="tool" href={onward}>
            {oldestFirst ? "Search later ones" : "Search older ones"}
          </a>
        )
      )}
    </div>
  );
}
