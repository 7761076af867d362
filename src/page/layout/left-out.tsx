/** What the wall has no room for, and where it is. */
import { plural } from "../parts/words.ts";
import { writeTopicsPlace } from "../topics/place.ts";

interface Props {
  streams: number;
  panels: number;
}

export function LeftOut({ streams, panels }: Props) {
  const what = [streams > 0 && plural(streams, "stream"), panels > 0 && `${plural(panels, "topic")} of records`].filter(Boolean);
  if (what.length === 0) return null;
  return (
    <p class="left-out">
      {what.join(" and ")} more than the wall has room for are in <a href={writeTopicsPlace({})}>the list of topics</a>.
    </p>
  );
}
