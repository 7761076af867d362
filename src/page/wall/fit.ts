/** How many columns make the tiles of a wall largest. */
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

export interface Fit {
  columns: number;
  tileWidth: number;
}

/** Narrower tiles are too small to watch: the wall scrolls instead. */
const smallestTile = 260;
/** Where somebody chose how many stand side by side, they may be as narrow as this. */
const smallestChosen = 110;
export const gap = 12;
/** Below the picture. */
export const captionHeight = 34;

/**
 * All tiles on the screen where that leaves them large enough, else full rows that scroll. Pure.
 * @param aspect width over height of the pictures
 * @param wanted so many columns, as far as the screen has room for them; null leaves it to what is found here
 */
export function fit(count: number, width: number, height: number, aspect: number, wanted: number | null = null): Fit {
  if (wanted !== null) {
    const columns = Math.max(1, Math.min(wanted, Math.floor((width + gap) / (smallestChosen + gap))));
    return { columns, tileWidth: Math.floor((width - gap * (columns - 1)) / columns) };
  }
  // Two would be too narrow: one, as wide as the screen.
  if (width < 2 * smallestTile + gap) return { columns: 1, tileWidth: Math.floor(width) };
  let best: Fit = { columns: 1, tileWidth: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const byWidth = (width - gap * (columns - 1)) / columns;
    const byHeight = ((height - gap * (rows - 1)) / rows - captionHeight) * aspect;
    const tileWidth = Math.min(byWidth, byHeight);
    if (tileWidth > best.tileWidth) best = { columns, tileWidth };
  }
  if (best.tileWidth >= Math.min(smallestTile, width)) return { ...best, tileWidth: Math.floor(best.tileWidth) };
  const columns = Math.max(1, Math.min(count, Math.floor((width + gap) / (smallestTile + gap))));
  return { columns, tileWidth: Math.floor((width - gap * (columns - 1)) / columns) };
}

/**
 * @param beside the width that what stands beside the wall needs, on a screen that is wide enough for both
 * @param below the height of what covers the end of the page
 * @param wanted as of fit
 */
export function useFit(wall: RefObject<HTMLElement | null>, count: number, aspect: number, beside: number, below: number, wanted: number | null): Fit {
  const [found, setFound] = useState<Fit>({ columns: 1, tileWidth: 0 });
  useLayoutEffect(() => {
    // The room is the parent's: the wall itself becomes as wide as what is found here.
    const room = wall.current?.parentElement;
    if (!room) return;
    const measure = () => {
      const { paddingLeft, paddingRight, paddingBottom } = getComputedStyle(room);
      const width = room.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      const taken = matchMedia("(min-width: 1100px)").matches ? beside : 0;
      const top = room.getBoundingClientRect().top + scrollY;
      setFound(fit(count, width - taken, innerHeight - below - top - Number.parseFloat(paddingBottom), aspect, wanted));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(room);
    addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      removeEventListener("resize", measure);
    };
  }, [count, aspect, beside, below, wanted]);
  return found;
}
