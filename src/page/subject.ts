/** What is shown large, kept in the address: a link can be shared, and a reload keeps it. */
import { useEffect, useState } from "preact/hooks";

/** A stream, or with key null a topic's records. */
export interface Subject {
  topic: string;
  key: string | null;
}

/** "#/topic/key" is a stream, "#/topic/" one without a key, "#/topic" a topic's records. */
export function readSubject(hash: string): Subject | null {
  const [, topic, key] = /^#\/([^/]+)(?:\/([^/]*))?$/.exec(hash) ?? [];
  if (topic === undefined) return null;
  try {
    return { topic: decodeURIComponent(topic), key: key === undefined ? null : decodeURIComponent(key) };
  } catch {
    return null;
  }
}

export function writeSubject({ topic, key }: Subject): string {
  return `#/${encodeURIComponent(topic)}${key === null ? "" : `/${encodeURIComponent(key)}`}`;
}

export function sameSubject(a: Subject | null, b: Subject | null): boolean {
  return a?.topic === b?.topic && a?.key === b?.key;
}

export type Go = (subject: Subject | null) => void;

/** In the history's entry of what was opened on the wall: the entry before it is the wall. */
interface Opened {
  overWall?: true;
}

/** The place, and the way to another; null is the wall. */
export function useSubject(): [Subject | null, Go] {
  const [subject, setSubject] = useState(() => readSubject(location.hash));
  // What is shown already is not drawn again for being said once more.
  const [way] = useState(() => new Way((next) => setSubject((before) => (sameSubject(before, next) ? before : next))));
  useEffect(() => way.listen(), [way]);
  return [subject, (next) => way.go(next)];
}

/** What is closed is gone from the history as well, so that "back" does not open it again. */
class Way {
  readonly #show: Go;
  /** The browser is on its way back to the wall; what was asked for meanwhile, if anything. */
  #leaving: { next: Subject | null } | undefined;

  constructor(show: Go) {
    this.#show = show;
  }

  /** @returns the way to stop */
  listen(): () => void {
    const moved = () => {
      const left = this.#leaving;
      this.#leaving = undefined;
      if (left?.next) this.go(left.next);
      else this.#show(readSubject(location.hash));
    };
    addEventListener("popstate", moved);
    // Since what the address said was read, it may have changed: nobody listened yet.
    this.#show(readSubject(location.hash));
    return () => removeEventListener("popstate", moved);
  }

  go(next: Subject | null): void {
    this.#show(next);
    if (this.#leaving) this.#leaving.next = next;
    else if (next) this.#open(next);
    else this.#close();
  }

  #open(subject: Subject): void {
    // From one to the next: "back" leads to the wall from each.
    if (readSubject(location.hash)) history.replaceState(history.state, "", writeSubject(subject));
    else history.pushState({ overWall: true } satisfies Opened, "", writeSubject(subject));
  }

  #close(): void {
    if (!readSubject(location.hash)) return;
    if (!(history.state as Opened | null)?.overWall) {
      history.replaceState(null, "", location.pathname + location.search);
      return;
    }
    this.#leaving = { next: null };
    history.back();
  }
}
