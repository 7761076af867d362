/** What became of records that were sent, as an answer says it. */
import type { KafkaConfig } from "../../kafka/config.ts";
import { codes } from "../../kafka/explain.ts";
import { describeFailure } from "../../kafka/produce/failures.ts";
import type { Outcome } from "./courier.ts";
import { Refused } from "./refused.ts";

export interface Failure {
  status: number;
  /** A whole sentence. */
  sentence: string;
  failed: number;
}

const statusByCode = new Map<number, number>([
  [codes.messageTooLarge, 413],
  [codes.unknownTopic, 404],
  [codes.unknownTopicLocal, 404],
  [codes.unknownPartition, 400],
  [codes.invalidTimestamp, 400],
  [codes.invalidRecord, 400],
  [codes.topicAuthorization, 403],
  [codes.policyViolation, 403],
]);
/** What was under way when it was given up may be in the log all the same. */
const unknownEnd = [codes.messageTimedOut, codes.timedOut, codes.timedOutQueue, codes.fatal] as const;

/** Why some of them were not acknowledged; undefined where all were. */
export async function failureOf(config: KafkaConfig, topic: string, outcomes: readonly Outcome[], limit: number | undefined): Promise<Failure | undefined> {
  const failures = new Map<number, number>();
  for (const { errorCode } of outcomes) if (errorCode !== 0) failures.set(errorCode, (failures.get(errorCode) ?? 0) + 1);
  if (failures.size === 0) return undefined;
  const [[code = 0] = []] = [...failures].sort((a, b) => b[1] - a[1]);
  const why = await describeFailure(config, topic, failures, async () => limit);
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0);
  const which = outcomes.length === 1 ? "The record was" : `${failed} of ${outcomes.length} records were`;
  const doubt = unknownEnd.some((one) => one === code) ? " What was under way may be in the log all the same." : "";
  return { status: statusByCode.get(code) ?? 503, sentence: `${which} not acknowledged: ${why}.${doubt}`, failed };
}

export function refusedBy({ status, sentence }: Failure): Refused {
  return new Refused(status, sentence, status === 503 ? { "Retry-After": "5" } : {});
}
