/** What somebody chose for the wall: which streams and panels, in which order, columns and groups. Pure. */
import type { TopicSummary } from "../../protocol/server-message.ts";
import type { Shown, Sorted } from "../streams.ts";
import { type Subject, sameSubject } from "../subject.ts";

/** With key null all streams of a topic of pictures, or the panel of one of records. */
export interface Kept extends Subject {
  /** Of which cameras it is one; "" is none. */
  group: string;
}

export interface Layout {
  /** In their order on the wall. */
  kept: Kept[];
  /** null leaves it to the screen. */
  columns: number | null;
}

export const mostColumns = 12;
/** An address has room for so many, and a browser for their pictures. */
export const mostKept = 200;

/** As an address has it: wall=street/gate,street/yard;Hall:street/hall,sensors&columns=3. null is everything. */
export function readLayout(search: string): Layout | null {
  const query = new URLSearchParams(search);
  const kept: Kept[] = [];
  for (const part of (query.get("wall") ?? "").split(";")) {
    const colon = part.indexOf(":");
    const group = decoded(part.slice(0, Math.max(0, colon)));
    for (const item of part.slice(colon + 1).split(",")) {
      const [topic = "", key] = item.split("/");
      const subject = { topic: decoded(topic), key: key === undefined ? null : decoded(key) };
      if (topic !== "" && kept.length < mostKept && !kept.some((one) => sameSubject(one, subject))) kept.push({ ...subject, group });
    }
  }
  if (kept.length === 0) return null;
  const columns = Number(query.get("columns"));
  return { kept, columns: Number.isInteger(columns) && columns >= 1 && columns <= mostColumns ? columns : null };
}

/** The parameters of an address; of everything there are none. */
export function writeLayout(layout: Layout | null): { wall: string | null; columns: string | null } {
  if (!layout || layout.kept.length === 0) return { wall: null, columns: null };
  const parts: string[] = [];
  let last: string | undefined;
  for (const { topic, key, group } of layout.kept) {
    const item = `${encodeURIComponent(topic)}${key === null ? "" : `/${encodeURIComponent(key)}`}`;
    if (group === last) parts[parts.length - 1] += `,${item}`;
    else parts.push(`${group === "" ? "" : `${encodeURIComponent(group)}:`}${item}`);
    last = group;
  }
  return { wall: parts.join(";"), columns: layout.columns === null ? null : String(layout.columns) };
}

export function groupsOf(layout: Layout | null): string[] {
  return [...new Set(layout?.kept.map(({ group }) => group).filter(Boolean))];
}

/** @param group only what is of it; "" is all @returns what is kept of all that there is, and what of it is not there */
export function choose({ streams, lists }: Sorted, layout: Layout, group: string): { streams: Shown[]; lists: TopicSummary[]; missing: Kept[] } {
  const byTopic = Map.groupBy(streams, ({ topic }) => topic);
  const panels = new Map(lists.map((topic) => [topic.name, topic]));
  const chosen = { streams: new Set<Shown>(), lists: new Set<TopicSummary>(), missing: [] as Kept[] };
  for (const kept of layout.kept) {
    if (group !== "" && kept.group !== group) continue;
    const its = (byTopic.get(kept.topic) ?? []).filter(({ key }) => kept.key === null || kept.key === key);
    const panel = kept.key === null ? panels.get(kept.topic) : undefined;
    for (const stream of its) chosen.streams.add(stream);
    if (panel) chosen.lists.add(panel);
    if (its.length === 0 && !panel) chosen.missing.push(kept);
  }
  return { streams: [...chosen.streams], lists: [...chosen.lists], missing: chosen.missing };
}

/** Each stream and panel by itself, as they are shown now: where one is taken away or moved, the others stay where they are. */
export function keptOf({ streams, lists }: Pick<Sorted, "streams" | "lists">, layout: Layout | null): Kept[] {
  const groupOf = (topic: string, key: string | null) =>
    layout?.kept.find((one) => sameSubject(one, { topic, key }))?.group ?? layout?.kept.find((one) => one.topic === topic && one.key === null)?.group ?? "";
  return [
    ...streams.map(({ topic, key }) => ({ topic, key, group: groupOf(topic, key) })),
    ...lists.map(({ name }) => ({ topic: name, key: null, group: groupOf(name, null) })),
  ];
}

/** With one moved before or behind its neighbour of the same kind: a stream among streams, a panel among panels. */
export function moved(kept: Kept[], subject: Subject, by: 1 | -1): Kept[] {
  const at = kept.findIndex((one) => sameSubject(one, subject));
  const isPanel = (one: Kept | undefined) => one?.key === null;
  let to = at + by;
  while (to >= 0 && to < kept.length && isPanel(kept[to]) !== isPanel(kept[at])) to += by;
  if (at < 0 || to < 0 || to >= kept.length) return kept;
  const next = [...kept];
  [next[at], next[to]] = [kept[to] as Kept, kept[at] as Kept];
  return next;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
