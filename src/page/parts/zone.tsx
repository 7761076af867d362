/** Whose time the clocks of a panel show. */
import { zoneText } from "./words.ts";

/** @param atMs a time that is shown, as the distance from UTC is another in summer */
export function Zone({ atMs }: { atMs: number | null | undefined }) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return (
    <span class="facts zone" title={`Times are those of ${timeZone}; point at one to see it in UTC`}>
      {zoneText(atMs ?? Date.now())}
    </span>
  );
}
