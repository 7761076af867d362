/** What of all topics the wall shows: what was chosen, or everything as far as there is room. */
import { useEffect, useState } from "preact/hooks";
import type { TopicSummary } from "../../protocol/server-message.ts";
import { setParameter } from "../address.ts";
import { useCell } from "../parts/cell.ts";
import type { Shown, Sorted } from "../streams.ts";
import { type Subject, sameSubject, writeSubject } from "../subject.ts";
import { bounded, mostPanels, mostTiles } from "./bounds.ts";
import { choose, groupsOf, type Kept, keptOf, type Layout, moved } from "./layout.ts";
import type { Layouts } from "./layouts.ts";

export interface ShownNow {
  layout: Layout | null;
  streams: Shown[];
  lists: TopicSummary[];
  /** So many are left out, for want of room. */
  left: { streams: number; panels: number };
  missing: Kept[];
  groups: string[];
  /** "" is all. */
  group: string;
  setGroup(group: string): void;
  /** Takes it off; what is shown besides is kept as it is. */
  drop(subject: Subject): void;
  move(subject: Subject, by: 1 | -1): void;
}

/** @param asked what the address asks for: it is shown, whatever was chosen */
export function useShown(all: Sorted, layouts: Layouts, asked: Subject | null): ShownNow {
  const layout = useCell(layouts.current);
  const [wanted, setGroup] = useState(() => new URLSearchParams(location.search).get("show") ?? "");
  const [held] = useState(() => ({ tiles: new Set<string>(), panels: new Set<string>() }));
  const groups = groupsOf(layout);
  const group = groups.includes(wanted) ? wanted : "";
  useEffect(() => {
    layouts.tellAddress();
    setParameter("show", group || null);
  });
  const { streams, lists, missing } = layout ? choose(all, layout, group) : { ...all, missing: [] };
  const room = withRoom({ streams: withAsked(streams, all.streams, asked), lists: withAskedTopic(lists, all.lists, asked) }, asked, held);
  const current = () => keptOf(layout ? choose(all, layout, "") : room, layout);
  return {
    layout,
    ...room,
    left: layout ? { streams: 0, panels: 0 } : { streams: streams.length - room.streams.length, panels: lists.length - room.lists.length },
    missing,
    groups,
    group,
    setGroup,
    drop: (subject) => layouts.change({ kept: current().filter((one) => !sameSubject(one, subject)), columns: layout?.columns ?? null }),
    move: (subject, by) => layouts.change({ kept: moved(current(), subject, by), columns: layout?.columns ?? null }),
  };
}

function withAsked(streams: Shown[], all: Shown[], asked: Subject | null): Shown[] {
  if (streams === all || asked === null || streams.some((stream) => sameSubject(stream, asked))) return streams;
  return [...streams, ...all.filter((stream) => sameSubject(stream, asked))];
}

function withAskedTopic(lists: TopicSummary[], all: TopicSummary[], asked: Subject | null): TopicSummary[] {
  if (lists === all || asked?.key !== null || lists.some(({ name }) => name === asked.topic)) return lists;
  return [...lists, ...all.filter(({ name }) => name === asked.topic)];
}

type Room = Pick<Sorted, "streams" | "lists">;

function withRoom({ streams, lists }: Room, asked: Subject | null, held: { tiles: Set<string>; panels: Set<string> }): Room {
  if (asked) (asked.key === null ? held.panels : held.tiles).add(asked.key === null ? asked.topic : writeSubject(asked));
  const ahead = (subject: Subject) => (sameSubject(subject, asked) ? Number.POSITIVE_INFINITY : 0);
  return {
    streams: bounded(streams, mostTiles, held.tiles, writeSubject, (stream) => ahead(stream) || stream.lastTimestampMs),
    lists: bounded(
      lists,
      mostPanels,
      held.panels,
      ({ name }) => name,
      ({ name, lastTimestampMs }) => ahead({ topic: name, key: null }) || (lastTimestampMs ?? 0),
    ),
  };
}
