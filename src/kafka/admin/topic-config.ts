/** A topic's settings, which any client may ask for. */
import { extension, type NativeHandle } from "../addon/native.ts";
import { request } from "./requests.ts";

export interface ConfigEntry {
  name: string;
  value: string;
  /** Where it is set: DYNAMIC_TOPIC_CONFIG, STATIC_BROKER_CONFIG, DEFAULT_CONFIG and so on. */
  source: string;
}

const topicResource = 2; // RD_KAFKA_RESOURCE_TOPIC

/** Those of its brokers are among them, where it has none of its own. @throws KtError unknown_topic */
export async function topicConfig(client: { _client: NativeHandle }, name: string): Promise<ConfigEntry[]> {
  const texts = await request(`reading the settings of topic '${name}'`, (...end) => extension.ktDescribeConfigs(client._client, topicResource, name, ...end));
  const entries: ConfigEntry[] = [];
  for (let i = 0; i + 2 < texts.length; i += 3) entries.push({ name: texts[i] ?? "", value: texts[i + 1] ?? "", source: texts[i + 2] ?? "" });
  return entries;
}

/** The largest record batch that the topic takes, in bytes; undefined when it was not told. */
export function maxMessageBytes(entries: ConfigEntry[]): number | undefined {
  const entry = entries.find(({ name }) => name === "max.message.bytes");
  return entry && Number(entry.value);
}
