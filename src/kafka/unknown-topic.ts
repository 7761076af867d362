/** Topics that are not there, or are not to be seen: there is no difference. */
import { KtError } from "../errors.ts";
import type { KafkaConfig } from "./config.ts";

export function unknownTopic(name: string): KtError {
  return new KtError({
    code: "unknown_topic",
    message: `There is no topic '${name}'.`,
    hint: `kt topic list shows the topics${name.startsWith("__") ? "" : `; kt topic create ${name} makes it`}.`,
  });
}

/** @throws KtError unknown_topic */
export function checkShown({ shows }: Pick<KafkaConfig, "shows">, places: readonly { topic: string }[]): void {
  const hidden = shows && places.find(({ topic }) => !shows(topic));
  if (hidden) throw unknownTopic(hidden.topic);
}
