/** The arrow keys lead from tile to tile, as they stand on the wall. */

/** In columns; Home and End lead to the first and the last. */
const steps: Record<string, (at: number, columns: number, count: number) => number> = {
  ArrowUp: (at, columns) => at - columns,
  // In the last row there may be fewer.
  ArrowDown: (at, columns, count) => (Math.floor(at / columns) < Math.floor((count - 1) / columns) ? Math.min(at + columns, count - 1) : at),
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  Home: () => 0,
  End: (_at, _columns, count) => count - 1,
};

/** @param ways which keys are free for it: those of a column only, or all */
export function arrowKeys(columns: number, ways: "both" | "column"): (event: KeyboardEvent & { currentTarget: HTMLElement }) => void {
  return (event) => {
    const step = ways === "both" || /Up|Down/.test(event.key) ? steps[event.key] : undefined;
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const tiles = [...event.currentTarget.querySelectorAll<HTMLElement>(".picture")];
    const at = tiles.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    event.preventDefault();
    tiles[step(at, columns, tiles.length)]?.focus();
  };
}
