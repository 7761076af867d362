/** What the topics take on disk: asked of the server by its documented path, as only the list shows it. */
import { useEffect, useState } from "preact/hooks";

/** The server asks the brokers no oftener. */
const everyMs = 10_000;

interface Sized {
  name: string;
  bytes: number | null;
}

/** By the topic's name; empty until it is known. */
export function useBytes(): ReadonlyMap<string, number | null> {
  const [bytes, setBytes] = useState<ReadonlyMap<string, number | null>>(new Map());
  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      try {
        if (!document.hidden) setBytes(await readBytes(gone.signal));
      } catch {
        // The page says that the server does not answer; the last sizes stay.
      }
      if (!gone.signal.aborted) timer = setTimeout(() => void look(), everyMs);
    };
    void look();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, []);
  return bytes;
}

async function readBytes(signal: AbortSignal): Promise<ReadonlyMap<string, number | null>> {
  const answer = await fetch("topics?bytes=1", { signal });
  if (!answer.ok) throw new Error(await answer.text());
  const topics = (await answer.json()) as Sized[];
  return new Map(topics.map(({ name, bytes }) => [name, bytes]));
}
