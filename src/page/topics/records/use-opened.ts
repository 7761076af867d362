/** One record, whole, and those before and after it. */
import { useEffect, useState } from "preact/hooks";
import type { OpenedRecord } from "../../../protocol/opened-record.ts";
import type { PanelRecord } from "../../../protocol/server-message.ts";
import { type AskedRecords, type Spot, searchUrl, valueUrl } from "./asked.ts";
import { readSearch } from "./search-lines.ts";

export interface Opened {
  /** null while it is read. */
  record: OpenedRecord | null;
  trouble: string;
  /** Asks once more. */
  again(): void;
}

const reading = { record: null, trouble: "" };
type Read = Omit<Opened, "again">;

export function useOpened(topic: string, spot: Spot): Opened {
  const [round, setRound] = useState(0);
  const url = valueUrl(topic, spot, "json");
  // What was read stands under its own address: the one before is never shown under the name of the next.
  const [opened, setOpened] = useState<{ url: string; read: Read }>({ url, read: reading });
  useEffect(() => {
    const gone = new AbortController();
    const tell = (read: Read) => setOpened({ url, read });
    tell(reading);
    fetch(url, { signal: gone.signal })
      .then(async (response) => {
        if (response.ok) tell({ record: (await response.json()) as OpenedRecord, trouble: "" });
        else tell({ record: null, trouble: (await response.text()).trim() });
      })
      .catch(() => gone.signal.aborted || tell({ record: null, trouble: "The kt server does not answer" }));
    return () => gone.abort();
  }, [url, round]);
  return { ...(opened.url === url ? opened.read : reading), again: () => setRound((before) => before + 1) };
}

/** @param step -1 is the one above in the list, 1 the one below; where the list ends, the log is asked. @returns null where there is none */
export async function neighbour(
  topic: string,
  asked: AskedRecords,
  records: readonly PanelRecord[],
  spot: Spot,
  step: -1 | 1,
  signal: AbortSignal,
): Promise<Spot | null> {
  const at = records.findIndex(({ partition, offset }) => partition === spot.partition && offset === spot.offset);
  const beside = at < 0 ? undefined : records[at + step];
  if (beside) return beside;
  // Below is older where the newest come first.
  const older = (step === 1) === (asked.from === "");
  const bounds = older ? { from: "", until: `${spot.partition}=${spot.offset}` } : { from: `${spot.partition}=${spot.offset + 1}`, until: "" };
  let found: Spot | null = null;
  const url = searchUrl(topic, { ...asked, ...bounds, partition: String(spot.partition) }, { limit: "1" });
  await readSearch(
    url,
    (lines) => {
      for (const line of lines) if ("record" in line) found = line.record;
    },
    signal,
  );
  return found;
}
