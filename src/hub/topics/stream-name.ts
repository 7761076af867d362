/** Which stream of its topic a record belongs to. */
import { KtError } from "../../errors.ts";
import type { KafkaRecord } from "../../record.ts";
import { streamName } from "../../video/frame.ts";

/** As the catalogue finds them; a topic has the same habits for whoever reads it. */
const single = new Set<string>();

/** Topics in which each picture has a key of its own: all of their pictures are one stream, without a name. */
export const singleStreams = {
  has: (topic: string) => single.has(topic),
  /** @returns whether it was otherwise before */
  set(topic: string, isSingle: boolean): boolean {
    if (single.has(topic) === isSingle) return false;
    if (isSingle) single.add(topic);
    else single.delete(topic);
    return true;
  },
};

/** "" where it has no key, and where that names no stream. */
export function streamOf({ topic, key }: Pick<KafkaRecord, "topic" | "key">): string {
  return key && !single.has(topic) ? streamName(key) : "";
}

/** @throws KtError unknown_stream for the key of one picture, where each has its own */
export function checkStream(topic: string, key: string | undefined): void {
  if (!key || !single.has(topic)) return;
  throw new KtError({
    code: "unknown_stream",
    message: `Topic '${topic}' has no stream '${key}': each of its pictures has a key of its own, and all of them are one stream.`,
    hint: "Leave the key out.",
  });
}
