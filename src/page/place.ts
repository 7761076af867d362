/** What is shown large, kept in the address: a link can be shared, and a reload keeps it. */
import { useEffect, useState } from "preact/hooks";

/** A stream, or with key null a topic's records. */
export interface Place {
  topic: string;
  key: string | null;
}

/** "#/topic/key" is a stream, "#/topic/" one without a key, "#/topic" a topic's records. */
export function readPlace(hash: string): Place | null {
  const [, topic, key] = /^#\/([^/]+)(?:\/([^/]*))?$/.exec(hash) ?? [];
  if (topic === undefined) return null;
  try {
    return { topic: decodeURIComponent(topic), key: key === undefined ? null : decodeURIComponent(key) };
  } catch {
    return null;
  }
}

export function writePlace({ topic, key }: Place): string {
  return `#/${encodeURIComponent(topic)}${key === null ? "" : `/${encodeURIComponent(key)}`}`;
}

export function samePlace(a: Place | null, b: Place | null): boolean {
  return a?.topic === b?.topic && a?.key === b?.key;
}

export type Go = (place: Place | null) => void;

/** The place, and the way to another; null is the wall. */
export function usePlace(): [Place | null, Go] {
  const [place, setPlace] = useState(() => readPlace(location.hash));
  useEffect(() => {
    const read = () => setPlace(readPlace(location.hash));
    addEventListener("popstate", read);
    return () => removeEventListener("popstate", read);
  }, []);
  const go: Go = (next) => {
    history.pushState(null, "", next ? writePlace(next) : location.pathname + location.search);
    setPlace(next);
  };
  return [place, go];
}
