/** Over which streams a topic of detections is drawn. Pure; the page has it too. */

export interface DetectionTopic {
  /** The keys of its records that are detections, as far as was seen. */
  keys: string[];
  /** The topics that its records name themselves. */
  named: string[];
  /** The topics that whoever runs kt named: then nothing else counts. */
  given: string[];
}

export interface Drawn {
  name: string;
  streams: readonly { key: string }[];
  detections?: DetectionTopic | undefined;
}

/**
 * By what it was told, or else by what its records say, or else by its keys: where one of them is a stream of a topic, it is
 * drawn over all of its streams, as only the newest records were looked at.
 */
function drawsOver({ keys, named, given }: DetectionTopic, topic: string, streams: ReadonlySet<string>): boolean {
  if (given.length > 0) return given.includes(topic);
  return named.length > 0 ? named.includes(topic) : keys.some((key) => streams.has(key));
}

/** Records without a key are of a stream where the topic, rather than its keys, says that it draws over it. */
export function takesKeyless({ named, given }: DetectionTopic, stream: { topic: string; key: string }): boolean {
  return stream.key === "" || given.includes(stream.topic) || named.includes(stream.topic);
}

/** The topics that draw over a stream, in order. */
export function overlaysOf(topics: readonly Drawn[], stream: { topic: string; key: string }): string[] {
  const streams = new Set([stream.key, ...(topics.find(({ name }) => name === stream.topic)?.streams ?? []).map(({ key }) => key)]);
  return topics
    .filter(({ name, detections }) => name !== stream.topic && detections !== undefined && drawsOver(detections, stream.topic, streams))
    .map(({ name }) => name);
}
