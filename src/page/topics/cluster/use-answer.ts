/** What one of the documented paths says, asked again while it is shown. */
import { useEffect, useState } from "preact/hooks";
import { usePageVisible } from "../../parts/visible.ts";
import { reloadWhereRefused } from "../../token-lost.ts";

export interface Answered<T> {
  /** The newest; null until there is one. */
  answer: T | null;
  /** Why there is none, or none that is newer. */
  trouble: string | null;
}

const silent = "kt does not answer; it is asked again.";

/** @param everyMs after an answer; nobody is asked while the page is hidden */
export function useAnswer<T>(path: string, everyMs: number): Answered<T> {
  const [answered, tell] = useState<Answered<T> & { path: string }>({ path, answer: null, trouble: null });
  const visible = usePageVisible();
  useEffect(() => {
    if (!visible) return;
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      const { answer, trouble } = await askOnce<T>(path, gone.signal);
      if (gone.signal.aborted) return;
      // What it said before stays to be seen, where it said it of the same.
      tell((before) => ({ path, answer: answer ?? (before.path === path ? before.answer : null), trouble }));
      timer = setTimeout(() => void ask(), everyMs);
    };
    void ask();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [path, everyMs, visible]);
  return answered.path === path ? answered : { answer: null, trouble: null };
}

async function askOnce<T>(path: string, signal: AbortSignal): Promise<Answered<T>> {
  try {
    const response = await fetch(path, { signal, cache: "no-store" });
    if (response.status === 401) await reloadWhereRefused();
    if (!response.ok) return { answer: null, trouble: (await response.text()).trim() || silent };
    return { answer: (await response.json()) as T, trouble: null };
  } catch {
    return { answer: null, trouble: silent };
  }
}
