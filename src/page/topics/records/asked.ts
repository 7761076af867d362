/** What is asked of a topic's records, as the address has it and as the server takes it. Pure. */

/** As they are typed; "" is whatever comes without it. */
export interface AskedRecords {
  /** Where to begin, and then the oldest come first; without it the newest do. */
  from: string;
  until: string;
  partition: string;
  key: string | null;
  header: string;
  contains: string;
  regex: string;
  /** What comes is shown as it comes. */
  live: boolean;
}

export const pageRecords = 50;
const texts = ["from", "until", "partition", "header", "contains", "regex"] as const;

export function readAsked(query: URLSearchParams): AskedRecords {
  const [from, until, partition, header, contains, regex] = texts.map((name) => query.get(name) ?? "") as [string, string, string, string, string, string];
  return { from, until, partition, key: query.get("key"), header, contains, regex, live: query.has("live") };
}

export function writeAsked(asked: AskedRecords): URLSearchParams {
  const query = new URLSearchParams(texts.flatMap((name) => (asked[name] === "" ? [] : [[name, asked[name]]])));
  if (asked.key !== null) query.set("key", asked.key);
  if (asked.live) query.set("live", "1");
  return query;
}

/** Whether all of a stretch is asked for, or what a search finds in it. */
export function isSearch({ key, header, contains, regex }: AskedRecords): boolean {
  return key !== null || header !== "" || contains !== "" || regex !== "";
}

export function isOldestFirst({ from }: AskedRecords): boolean {
  return from !== "";
}

/** The rest of what the server is asked, without the bound of a page. */
export function serverQuery(asked: AskedRecords): URLSearchParams {
  const query = writeAsked({ ...asked, live: false });
  query.set("order", isOldestFirst(asked) ? "oldest" : "newest");
  return query;
}

export function searchUrl(topic: string, asked: AskedRecords, more: Record<string, string> = {}): string {
  const query = serverQuery(asked);
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return `topics/${encodeURIComponent(topic)}/search?${query}`;
}

export interface Spot {
  partition: number;
  offset: number;
}

/** "0:123" */
export function readSpot(text: string | null): Spot | null {
  const [, partition, offset] = /^(\d{1,10}):(\d{1,15})$/.exec(text ?? "") ?? [];
  return partition === undefined ? null : { partition: Number(partition), offset: Number(offset) };
}

export function writeSpot({ partition, offset }: Spot): string {
  return `${partition}:${offset}`;
}

export function valueUrl(topic: string, { partition, offset }: Spot, as?: "json" | "picture"): string {
  return `topics/${encodeURIComponent(topic)}/records/${partition}/${offset}${as ? `?as=${as}` : ""}`;
}
