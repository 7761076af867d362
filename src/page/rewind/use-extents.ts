/** Which times the log holds of some streams; asked again while it is shown, as the log goes on. */
import { useEffect, useState } from "preact/hooks";
import type { Connection, Extent } from "../connection.ts";

const askEveryMs = 5000;
const againMs = 500;

export interface StreamName {
  topic: string;
  key: string;
}

/** @returns one for each of the streams of which the log holds something; of others what was known before */
export function useExtents(connection: Connection, streams: StreamName[]): Extent[] {
  const [extents, setExtents] = useState<Extent[]>([]);
  const names = streams.map(({ topic, key }) => `${topic}/${key}`).join("\n");
  useEffect(() => {
    const stopped = new AbortController();
    const known = new Map<StreamName, Extent>();
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      const asked = streams.map(async (stream) => known.set(stream, await connection.extent(stream.topic, stream.key, stopped.signal)));
      // Of what the server cannot say now, it is asked again.
      await Promise.allSettled(asked);
      if (stopped.signal.aborted) return;
      const found = [...known.values()].filter(({ stretches }) => stretches.length > 0);
      if (found.length > 0) setExtents(found);
      timer = setTimeout(() => void ask(), found.length > 0 ? askEveryMs : againMs);
    };
    void ask();
    return () => {
      stopped.abort();
      clearTimeout(timer);
    };
  }, [connection, names]);
  return extents;
}
