/** Versions, known when kt is built: asking for them loads nothing. */
import kafkaPackage from "@confluentinc/kafka-javascript/package.json";
import kt from "../package.json";

export const version = kt.version;

export function versionText(): string {
  return `kt ${kt.version} (${kafkaPackage.name} ${kafkaPackage.version}, librdkafka ${kafkaPackage.librdkafka}, Bun ${Bun.version})`;
}
