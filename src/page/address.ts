/** What else the page's address says, beside what is shown large. */

/** Sets a parameter, without a new entry in the history; null takes it away. */
export function setParameter(name: string, value: string | null): void {
  const url = new URL(location.href);
  if (url.searchParams.get(name) === value) return;
  if (value === null) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  history.replaceState(history.state, "", url);
}

/** Of some parameters, as an address has them. */
export function onlyParameters(search: string, ...names: string[]): string {
  const kept = new URLSearchParams([...new URLSearchParams(search)].filter(([name]) => names.includes(name)));
  return kept.size > 0 ? `?${kept}` : "";
}
