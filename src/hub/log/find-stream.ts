/** Which stream of a topic is meant, and where its records are. */
import { KtError } from "../../errors.ts";
import { type FrameType, isFrameType } from "../../video/frame.ts";
import type { Hub } from "../hub.ts";
import type { TopicFeed } from "../live/feed.ts";
import { checkStream } from "../topics/stream-name.ts";
import type { StreamPlace } from "./footage.ts";

export interface FoundStream extends StreamPlace {
  type: FrameType;
}

const mostWaitMs = 5000;

function newestOf({ topic, streams }: TopicFeed, key: string | undefined): FoundStream | undefined {
  const near = [...streams].flatMap(([name, { newest }]) => (newest && (key === undefined || name === key) ? [newest] : []));
  const newest = near.toSorted((a, b) => b.timestampMs - a.timestampMs)[0];
  return newest && { topic, key: newest.key, type: newest.type, partition: newest.partition };
}

/** @param key without one, the stream whose picture is the newest. @throws KtError unknown_topic, unknown_stream */
export async function findStream(hub: Pick<Hub, "live" | "catalogue">, topic: string, key: string | undefined): Promise<FoundStream> {
  const { live, catalogue } = hub;
  checkStream(topic, key);
  const watch = await live.watch(topic, {});
  watch.close();
  const { feed } = watch;
  const near = newestOf(feed, key);
  if (near) return near;
  // It was silent for so long that others have filled the end of the log.
  const last = await catalogue.lastRecord(topic, key);
  const streams = catalogue.topic(topic)?.streams ?? [];
  const type = streams.find((stream) => stream.key === last?.key)?.contentType;
  if (last && isFrameType(type)) return { topic, key: last.key, partition: last.partition, type };
  // A topic that was made a moment ago may take its time until it can be read.
  await Promise.race([feed.atEnd, Bun.sleep(mostWaitMs)]);
  const late = newestOf(feed, key);
  if (late) return late;
  const names = streams.map((stream) => `'${stream.key}'`).join(", ");
  throw new KtError({
    code: "unknown_stream",
    message: key === undefined ? `Topic '${topic}' has no pictures near its end.` : `Topic '${topic}' has no stream '${key}'.`,
    hint: names ? `Its streams are ${names}.` : "/topics says what is in each topic.",
  });
}
