/** Why what a link names is not shown, in a sentence that is true of it. Pure. */
import type { TopicSummary } from "../protocol/server-message.ts";
import type { Subject } from "./subject.ts";

/** @param wasThere the page has seen the topic since it was loaded */
export function absenceOf(topics: TopicSummary[], { topic: name, key }: Subject, wasThere: boolean): string {
  const topic = topics.find((one) => one.name === name);
  if (!topic && wasThere) return `The topic “${name}” was deleted. It opens here if it is made again.`;
  if (!topic) return `There is no topic “${name}”. It opens here if it is made.`;
  if (key !== null) return `There is no stream “${key || name}” in the topic “${name}”. It opens here when it comes.`;
  if (topic.leaderless > 0 && topic.leaderless === topic.partitions)
    return `The topic “${name}” has no leader now. It opens here when a broker that has it is back.`;
  if (topic.streams.length > 0) return `The topic “${name}” holds pictures: its streams are on the wall.`;
  if (topic.records === 0) return `The topic “${name}” has no records. It opens here when one comes.`;
  return `Of the topic “${name}” nothing can be shown yet. It opens here when that changes.`;
}
