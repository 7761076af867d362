/** The offsets of partitions at their ends or at a time, asked for until their leaders have settled. */

import { partitionName } from "../../record.ts";
import type { AdminNativeClient, ListedOffset, NativeError } from "../addon/native.ts";
import { codes, explainCode } from "../explain.ts";

export interface TopicPartition {
  topic: string;
  partition: number;
}

type Question = Parameters<AdminNativeClient["listOffsets"]>;
type Listed = { listed: ListedOffset[]; error: NativeError | undefined };
export type AskOffsets = (asked: Question[0], options: Question[1]) => Promise<Listed>;

export const offsetSpec = { latest: -1, earliest: -2 };
/** Whether an open transaction is the end of a log, as the protocol has it. */
export const isolation = { uncommitted: 0, committed: 1 };
/** What a broker answers while it, or a partition's leader, has just changed: it passes within seconds. */
const settling: readonly number[] = [codes.leaderNotAvailable, codes.notLeader, codes.fencedLeaderEpoch, codes.unknownLeaderEpoch];
/** What became of a partition between the question which there are and the question what it holds. */
const passing: readonly number[] = [codes.leaderNotAvailable, codes.unknownTopic, codes.unknownTopicLocal, codes.unknownPartition];
/**
 * librdkafka's "no offset", which it leaves, without an error, where the leader of a partition did not answer in time and
 * the leaders of others did: its rd_kafka_ListOffsets_response_merge does not look at a part's error.
 */
const isUntold = ({ error, offset }: ListedOffset) => !error?.code && offset === -1001;
const settleTimeoutMs = 5000;
/** Who can do without an unsettled partition waits for it only so long: the others would wait with it. */
const tolerantSettleMs = 1000;
/**
 * How long a partition's leader may take to say its offsets, time after time. One that crashed is asked in vain until
 * the others have made another broker the leader, which takes them 9 s (broker.session.timeout.ms).
 */
const patienceMs = [3000, 7000, 10_000];

export interface OffsetsOptions {
  /** undefined is the offset of a partition that lost its leader a moment ago, has one that is not settled, or was deleted, rather than an error */
  tolerant?: boolean;
  isolationLevel?: number;
}

/**
 * @param source.refresh asks the brokers who leads what
 * @param spec a time, ms since 1970, or one of offsetSpec
 * @returns in the order of the partitions; -1 where there is nothing from that time on
 * @throws KtError where a leader does not answer, or refuses
 */
export async function offsetsOf(
  { ask, refresh }: { ask: AskOffsets; refresh: () => Promise<unknown> },
  partitions: TopicPartition[],
  spec: number,
  { tolerant = false, isolationLevel = isolation.uncommitted }: OffsetsOptions,
): Promise<(number | undefined)[]> {
  if (partitions.length === 0) return [];
  const asked = partitions.map(({ topic, partition }) => ({ topic, partition, offset: { timestamp: spec } }));
  const doing = `reading the offsets of ${[...new Set(partitions.map(({ topic }) => topic))].slice(0, 3).join(", ")}`;
  const deadlineMs = performance.now() + (tolerant ? tolerantSettleMs : settleTimeoutMs);
  for (let late = 0; ; ) {
    const { listed, error } = await ask(asked, { timeout: patienceMs[late] as number, isolationLevel });
    const settles = performance.now() < deadlineMs;
    const isAway = ({ error }: ListedOffset) => passing.includes(error?.code ?? 0) || (!settles && settling.includes(error?.code ?? 0));
    const led = tolerant ? listed.filter((one) => !isAway(one) && !isUntold(one)) : listed;
    const lateAgain = error?.code === codes.timedOut && ++late < patienceMs.length;
    if (!error || (tolerant && !lateAgain && listed.some((one) => !isUntold(one)) && led.every((one) => !one.error?.code))) {
      // The answer comes in the brokers' order, not in the question's.
      const offsets = new Map(led.map((place) => [partitionName(place), place.offset]));
      return partitions.map((partition) => offsets.get(partitionName(partition)));
    }
    const again = lateAgain || (settling.includes(error.code ?? -1) && settles);
    if (!again) throw explainCode(error.code ?? -1, error.message, doing);
    // librdkafka asks the leader that it knows of, whatever has become of it.
    if (error.code === codes.timedOut) await refresh();
    else await Bun.sleep(200);
  }
}

/** Asks once. */
export function askOffsets(client: AdminNativeClient, asked: Question[0], options: Question[1]): Promise<Listed> {
  return new Promise((resolve) => {
    client.listOffsets(asked, options, (error, listed) => {
      const late = listed?.some(isUntold) ? { code: codes.timedOut, message: "a broker did not say its offsets" } : undefined;
      resolve({ listed: listed ?? [], error: error ?? listed?.find((one) => one.error?.code)?.error ?? late });
    });
  });
}
