/** The topics as the page shows them: what moves on the wall, what reads as lists, what is still empty. Pure. */
import type { TopicKind, TopicSummary } from "../protocol/server-message.ts";

export interface Shown {
  topic: string;
  key: string;
  /** What it is called on its tile: the key, or the topic where there is none. */
  name: string;
  kind: TopicKind;
  /** Width over height; null while nobody knows. */
  aspect: number | null;
  /** Of its last record, as far as the server has seen. */
  lastTimestampMs: number;
}

/** Those that say most come first: there may be more than the screen has room for. */
const lists: TopicKind[] = ["json", "text", "binary"];

/** As localeCompare, which makes one for each comparison: of thousands of names that takes a second. */
const { compare } = new Intl.Collator("en", { numeric: true });
const byName = (a: { name: string }, b: { name: string }) => compare(a.name, b.name);

export interface Sorted {
  streams: Shown[];
  lists: TopicSummary[];
  quiet: TopicSummary[];
}

export function sortTopics(topics: TopicSummary[]): Sorted {
  const sorted = [...topics].sort(byName);
  const pictures = sorted.filter(({ kind }) => kind === "video" || kind === "image");
  return {
    streams: pictures.flatMap((topic) =>
      topic.streams
        .map(({ key, width, height, last }) => ({
          topic: topic.name,
          key,
          name: key || topic.name,
          kind: topic.kind,
          aspect: width && height ? width / height : null,
          lastTimestampMs: last.timestampMs,
        }))
        .sort(byName),
    ),
    lists: [...lists.flatMap((kind) => sorted.filter((topic) => topic.kind === kind)), ...sorted.filter(isUnreadable)],
    quiet: sorted.filter((topic) => isQuiet(topic) && !isUnreadable(topic)),
  };
}

function isQuiet({ kind, streams }: TopicSummary): boolean {
  return kind === "empty" || ((kind === "video" || kind === "image") && streams.length === 0);
}

/** It has records, and nothing can be said of them but why. */
function isUnreadable({ kind, trouble }: TopicSummary): boolean {
  return kind === "empty" && trouble !== null;
}

/** The shape that most pictures have; of shapes as frequent, the one nearest to 16:9. */
export function commonAspect(streams: Shown[]): number {
  const usual = 16 / 9;
  const counts = new Map<number, number>();
  for (const { aspect } of streams) if (aspect !== null) counts.set(aspect, (counts.get(aspect) ?? 0) + 1);
  const [best] = [...counts].sort(([a, often], [b, seldom]) => seldom - often || Math.abs(a - usual) - Math.abs(b - usual));
  return best?.[0] ?? usual;
}
