/** What kind of screen it is, which changes while it is looked at: a phone is turned, a window drawn smaller. */
import { useEffect, useState } from "preact/hooks";

/** Too small for pictures and records one below the other: a phone either way round, or a tablet upright. */
export const handheld = "(max-width: 600px), (max-width: 1099px) and (pointer: coarse)";
/** Nothing but fingers. */
export const touchOnly = "(any-hover: none) and (any-pointer: coarse)";

/** Whatever is there is pressed by fingers; as in touch.css. */
export const touch = "(pointer: coarse)";

export function useMedia(query: string): boolean {
  const [list] = useState(() => matchMedia(query));
  const [matches, setMatches] = useState(list.matches);
  useEffect(() => {
    const changed = () => setMatches(list.matches);
    list.addEventListener("change", changed);
    return () => list.removeEventListener("change", changed);
  }, [list]);
  return matches;
}
