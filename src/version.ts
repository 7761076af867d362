/** Versions, known when kt is built: asking for them loads nothing. */
import kafkaPackage from "@confluentinc/kafka-javascript/package.json";
import kt from "../package.json";
import { build } from "./build.ts";

export const version = kt.version;

export function versionText(): string {
  const parts = [
    build.commit && `commit ${build.commit}`,
    `${kafkaPackage.name} ${kafkaPackage.version}`,
    `librdkafka ${kafkaPackage.librdkafka}`,
    `Bun ${Bun.version}`,
    build.ffmpeg ? `ffmpeg ${build.ffmpeg} inside` : "no ffmpeg inside",
  ];
  return `kt ${kt.version} (${parts.filter(Boolean).join(", ")})`;
}
