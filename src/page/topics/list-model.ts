/** The rows of the list of all topics and streams: found by a few letters, and in an order. Pure. */
import type { StreamSummary, TopicSummary } from "../../protocol/server-message.ts";

export interface ListRow {
  /** Of all rows only this one's. */
  id: string;
  topic: string;
  /** null is the topic itself, others are streams of it. */
  key: string | null;
  name: string;
  kind: string;
  partitions: number;
  /** null is not told, or not to be told of a stream. */
  records: number | null;
  bytes: number | null;
  ratePerSecond: number | null;
  newestMs: number | null;
  /** What is wrong with it, in a sentence. */
  trouble: string | null;
}

const columns = ["name", "kind", "partitions", "records", "bytes", "ratePerSecond", "newestMs"] as const;
export type ListColumn = (typeof columns)[number];
export interface ListSort {
  column: ListColumn;
  descending: boolean;
}

const { compare } = new Intl.Collator("en", { numeric: true });

const contentTypes: Record<string, string> = { "video/h264": "H.264", "image/jpeg": "JPEG", "image/png": "PNG" };

/** In no order; each topic's streams follow it. @param bytes by the topic's name */
export function listRows(topics: readonly TopicSummary[], bytes: ReadonlyMap<string, number | null>): ListRow[] {
  return topics.flatMap((topic) => {
    const { name, kind, partitions, records, ratePerSecond, lastTimestampMs } = topic;
    const own = { id: JSON.stringify([name]), topic: name, key: null, name, kind, partitions, records, ratePerSecond, newestMs: lastTimestampMs };
    const streams = [...topic.streams].sort((a, b) => compare(a.key, b.key));
    return [{ ...own, bytes: bytes.get(name) ?? null, trouble: troubleOf(topic) }, ...streams.map((stream) => streamRow(name, stream))];
  });
}

function streamRow(topic: string, { key, contentType, width, height, partitions, last }: StreamSummary): ListRow {
  const size = width && height ? ` ${width}×${height}` : "";
  return {
    id: JSON.stringify([topic, key]),
    topic,
    key,
    name: key || topic,
    kind: `${contentTypes[contentType] ?? "stream"}${size}`,
    partitions: partitions.length,
    records: null,
    bytes: null,
    ratePerSecond: null,
    newestMs: last.timestampMs,
    trouble: null,
  };
}

function troubleOf({ leaderless, partitions, trouble }: TopicSummary): string | null {
  if (leaderless === 0) return trouble;
  return leaderless === partitions ? "No broker leads it now" : `${leaderless} of its partitions have no leader now`;
}

/** Those that have each of the words, in the topic's name, the stream's or the kind, whatever the case. */
export function foundRows(rows: ListRow[], search: string): ListRow[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter(({ topic, key, kind }) => {
    const text = `${topic}/${key ?? ""} ${kind}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Topics in that order, each with its streams below it; what is not told comes last either way. */
export function sortedRows(rows: ListRow[], { column, descending }: ListSort): ListRow[] {
  const heads: { head: ListRow; streams: ListRow[] }[] = [];
  for (const row of rows) {
    const last = heads.at(-1);
    if (row.key !== null && last?.head.topic === row.topic) last.streams.push(row);
    else heads.push({ head: row, streams: [] });
  }
  const sign = descending ? -1 : 1;
  const ordered = heads.sort(({ head: a }, { head: b }) => {
    const [x, y] = [a[column], b[column]];
    if (x === null || y === null) return x === y ? compare(a.topic, b.topic) : x === null ? 1 : -1;
    const by = typeof x === "string" || typeof y === "string" ? compare(String(x), String(y)) : x - y;
    return by * sign || compare(a.topic, b.topic);
  });
  return ordered.flatMap(({ head, streams }) => [head, ...streams]);
}

export const byName: ListSort = { column: "name", descending: false };

/** As the address has it: name, -records. */
export function readSort(text: string | null): ListSort {
  const column = columns.find((one) => one === text?.replace(/^-/, ""));
  return column ? { column, descending: text?.startsWith("-") ?? false } : byName;
}

export function writeSort({ column, descending }: ListSort): string {
  return `${descending ? "-" : ""}${column}`;
}
