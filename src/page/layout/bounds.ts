/** How much of a large cluster the wall shows by itself: thousands of tiles and panels would stop any browser. Pure. */

/** More can be chosen from the list of topics, a few in place of these. */
export const mostTiles = 96;
export const mostPanels = 48;

/**
 * Those that were shown stay as long as they are there; of the others the newest come first. What is left is in the order
 * that it was given in.
 * @param held by name, those that were shown; it is told of what is shown now
 */
export function bounded<Item>(items: Item[], most: number, held: Set<string>, nameOf: (item: Item) => string, newestMs: (item: Item) => number): Item[] {
  const named = items.map((item) => ({ item, name: nameOf(item) }));
  const ranked = items.length <= most ? named : named.toSorted((a, b) => +held.has(b.name) - +held.has(a.name) || newestMs(b.item) - newestMs(a.item));
  const shown = new Set(ranked.slice(0, most).map(({ name }) => name));
  held.clear();
  for (const name of shown) held.add(name);
  return named.flatMap(({ item, name }) => (shown.has(name) ? [item] : []));
}
