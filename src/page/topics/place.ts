/** Where somebody is who looks into topics, as the address has it: "#topics", "#topics/NAME", "#topics/NAME/TAB?…". */
import { useEffect, useState } from "preact/hooks";

export const topicTabs = [
  { id: "records", title: "Records" },
  { id: "partitions", title: "Partitions" },
  { id: "groups", title: "Groups" },
  { id: "settings", title: "Settings" },
  { id: "send", title: "Send" },
] as const;
export type TopicTab = (typeof topicTabs)[number]["id"];

export interface TopicsPlace {
  /** null is the list of all. */
  topic: string | null;
  tab: TopicTab;
  /** What the tab asks for: its own. */
  query: URLSearchParams;
}

/** @returns null where the address means something else */
export function readTopicsPlace(hash: string): TopicsPlace | null {
  const [, name, tab = "records", query = ""] = /^#topics(?:\/([^/?]+)(?:\/([a-z]+))?)?(?:\?(.*))?$/s.exec(hash) ?? [];
  if (!/^#topics(?![^/?])/.test(hash)) return null;
  const known = topicTabs.find(({ id }) => id === tab);
  return { topic: name === undefined ? null : decoded(name), tab: known?.id ?? "records", query: new URLSearchParams(query) };
}

export function writeTopicsPlace({ topic = null, tab = "records", query }: Partial<TopicsPlace>): string {
  const name = topic === null ? "" : `/${encodeURIComponent(topic)}`;
  return `#topics${name}${topic !== null && tab !== "records" ? `/${tab}` : ""}${query?.size ? `?${query}` : ""}`;
}

/** A link leads from one place to the next; this does it from elsewhere, as a new entry of the history or in place of this one. null is the wall. */
export function goTo(place: Partial<TopicsPlace> | null, way: "push" | "replace" = "push"): void {
  const address = place ? writeTopicsPlace(place) : location.pathname + location.search;
  if (way === "push") history.pushState(null, "", address);
  else history.replaceState(history.state, "", address);
  dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
}

export function useTopicsPlace(): TopicsPlace | null {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const moved = () => setHash(location.hash);
    addEventListener("popstate", moved);
    // Since what the address said was read, it may have changed: nobody listened yet.
    moved();
    return () => removeEventListener("popstate", moved);
  }, []);
  return readTopicsPlace(hash);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
