/** Which partitions kt consume reads, and where in each a position is. */
import { KtError } from "../errors.ts";
import type { PartitionOffset } from "../kafka/addon/native.ts";
import type { Admin, TopicInfo, Watermarks } from "../kafka/admin/admin.ts";
import type { TopicPartition } from "../kafka/admin/offsets.ts";
import { shortSentence } from "../kafka/read/tail.ts";
import { unknownTopic } from "../kafka/unknown-topic.ts";
import { type Position, type Positions, partitionName, positionIn } from "../record.ts";
import { note } from "../terminal/terminal.ts";

/**
 * @param topics names, or regular expressions that begin with ^; Kafka's own topics only match ^__
 * @param only the partitions to take; all where it is empty
 */
export async function partitionsOf(admin: Admin, topics: string[], only: number[]): Promise<TopicPartition[]> {
  const all = await admin.topics();
  const found = new Map<string, TopicInfo>();
  for (const topic of topics) for (const info of matching(all, topic)) found.set(info.name, info);
  const partitions = [...found.values()].flatMap((info) => info.partitions.map(({ id }) => ({ topic: info.name, partition: id })));
  if (only.length === 0) return partitions;
  const missing = only.find((id) => !partitions.some(({ partition }) => partition === id));
  if (missing === undefined) return partitions.filter(({ partition }) => only.includes(partition));
  throw new KtError({
    code: "unknown_topic",
    message: `${[...found.keys()].join(", ")} has no partition ${missing}.`,
    hint: `kt topic describe ${topics[0]} shows its partitions.`,
  });
}

function matching(all: TopicInfo[], topic: string): TopicInfo[] {
  if (!topic.startsWith("^")) {
    const info = all.find(({ name }) => name === topic);
    if (!info) throw unknownTopic(topic);
    return [info];
  }
  const expression = expressionOf(topic);
  const infos = all.filter(({ name }) => expression.test(name) && (topic.startsWith("^__") || !name.startsWith("__")));
  if (infos.length === 0) throw new KtError({ code: "unknown_topic", message: `No topic's name matches ${topic}.`, hint: "kt topic list shows the topics." });
  return infos;
}

function expressionOf(topic: string): RegExp {
  try {
    return new RegExp(topic);
  } catch {
    throw KtError.usage(`'${topic}' is no regular expression.`);
  }
}

/** librdkafka's own numbers for places (rdkafka.h), which it resolves while it begins to read. */
const logical = { end: -1, start: -2 };

/** The places, where the client can find them all by itself: nothing needs to be asked before it begins. */
export function logicalPlaces(places: Positions, partitions: TopicPartition[]): PartitionOffset[] | undefined {
  const found = partitions.map(({ topic, partition }) => ({ topic, partition, offset: logicalOffset(positionIn(places, partition)) }));
  return found.every((place): place is PartitionOffset => place.offset !== undefined) ? found : undefined;
}

function logicalOffset(position: Position): number | undefined {
  // librdkafka's own last N counts offsets, markers of transactions and holes among them.
  return position.at === "start" || position.at === "end" ? logical[position.at] : undefined;
}

/** The offset of each partition's position, in the order of the watermarks. @throws KtError usage */
export async function resolvePlaces(admin: Admin, places: Positions, watermarks: Watermarks[]): Promise<PartitionOffset[]> {
  const alike = new Map<Position, Watermarks[]>();
  for (const mark of watermarks) {
    const position = positionIn(places, mark.partition);
    alike.set(position, [...(alike.get(position) ?? []), mark]);
  }
  const resolved = await Promise.all(
    [...alike].map(([position, marks]) => {
      if (position.at === "resume") throw KtError.usage("'stored' is the place of a group: give --group, and where it stopped is where it goes on.");
      return admin.resolve(position, marks);
    }),
  );
  for (const place of resolved.flat()) {
    const sentence = shortSentence(place);
    if (sentence !== undefined) note(sentence);
  }
  const offsets = new Map(resolved.flat().map((place) => [partitionName(place), place]));
  return watermarks.map(({ topic, partition, low }) => offsets.get(partitionName({ topic, partition })) ?? { topic, partition, offset: low });
}
