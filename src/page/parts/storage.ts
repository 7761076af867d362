/** What the browser keeps for a reader. One that keeps nothing, as in a private window, forgets it on a reload. */

/** undefined where there is nothing of that name. */
export function readStored<Value>(name: string): Value | undefined {
  try {
    const text = localStorage.getItem(name);
    return text === null ? undefined : (JSON.parse(text) as Value);
  } catch {
    return undefined;
  }
}

/** @param value undefined forgets it */
export function store(name: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // It holds as long as the page.
  }
}
