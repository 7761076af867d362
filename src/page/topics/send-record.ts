/** A record on its way to the server, and its place in the log. */
import type { GivenRecord } from "./given-record.ts";

export interface Place {
  partition: number;
  offset: number;
}

/** What kt says of a topic, as far as it matters to who writes. */
export interface WritableTopic {
  kind: string;
  takes: boolean;
}

/** @throws Error with the server's sentence */
export async function askTopic(topic: string, signal: AbortSignal): Promise<WritableTopic> {
  const answer = await fetch(`topics/${encodeURIComponent(topic)}`, { signal });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  const { kind, takes = false } = (await answer.json()) as { kind: string; takes?: boolean };
  return { kind, takes };
}

/**
 * @param partition null leaves it to the key
 * @throws Error with the server's sentence: it is not known to be in the log
 */
export async function sendRecord(topic: string, { key, value, headers }: GivenRecord, partition: number | null): Promise<Place> {
  const envelope = { key, value, headers: headers.map(([name, text]) => ({ name, value: text })), ...(partition === null ? {} : { partition }) };
  const headersOfRequest = { "Content-Type": "application/x-ndjson" };
  const asked = fetch(`topics/${encodeURIComponent(topic)}/records`, { method: "POST", headers: headersOfRequest, body: JSON.stringify(envelope) });
  const answer = await asked.catch(() => {
    throw new Error("The kt server does not answer: whether the record is in the log is not known.");
  });
  if (answer.status === 401) throw new Error("Writing needs the token: open the link that kt serve printed when it was started.");
  if (!answer.ok) throw new Error((await answer.text()).trim());
  const [place] = (await answer.json()) as [Place];
  return place;
}

/** Why a text is no JSON; undefined where it is. */
export function whyNoJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
