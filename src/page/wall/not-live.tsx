/** How many streams show something else than the live end, and the way back for all of them. */
import { useCell } from "../parts/cell.ts";
import type { Clocks } from "../rewind/clocks.ts";
import type { Shown } from "../streams.ts";

export function NotLive({ clocks, streams }: { clocks: Clocks; streams: Shown[] }) {
  useCell(clocks.changes);
  const count = clocks.notLive(streams).length;
  if (count === 0) return null;
  return (
    <span class="not-live" role="status">
      {count} not live
      <button
        type="button"
        class="tool"
        onClick={() => {
          for (const clock of clocks.notLive(streams)) clock.goLive();
        }}
      >
        All to now
      </button>
    </span>
  );
}
