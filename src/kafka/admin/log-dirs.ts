/** How large partitions are on the brokers' disks: DescribeLogDirs, which every broker since Kafka 2.0 knows. */
import type { NativeHandle } from "../addon/native.ts";
import { codes } from "../explain.ts";
import { askBrokers, type Question } from "./ask-brokers.ts";
import { requestTimeoutMs } from "./requests.ts";
import type { WireReader } from "./wire.ts";

export interface ReplicaSize {
  topic: string;
  partition: number;
  broker: number;
  bytes: number;
}

/**
 * Of one topic, or without one of all. What a broker does not tell is missing: to who may not describe the cluster it
 * tells nothing, and one that has no connection is not asked.
 * @returns untold: a broker, or one of its disks, did not answer
 */
export async function replicaSizes(
  client: { _client: NativeHandle },
  topic: { name: string; partitions: { id: number }[] } | undefined,
): Promise<{ sizes: ReplicaSize[]; untold: boolean }> {
  const question: Question = {
    api: 35,
    version: 1,
    flexible: false,
    write: (to) => to.list(topic ? [topic] : null, ({ name, partitions }) => to.string(name).list(partitions, ({ id }) => to.int32(id))),
  };
  const sizes: ReplicaSize[] = [];
  let untold = false;
  for (const { broker, error, answer } of await askBrokers(client, question, [], requestTimeoutMs)) {
    if (error === codes.unsupported) continue;
    const told = error ? undefined : readSizes(answer, broker);
    untold ||= told?.untold ?? true;
    sizes.push(...(told?.sizes ?? []));
  }
  return { sizes, untold };
}

function readSizes(answer: WireReader, broker: number): { sizes: ReplicaSize[]; untold: boolean } {
  const sizes: ReplicaSize[] = [];
  let untold = false;
  answer.int32(); // how long the broker asks to be left alone
  answer.list(() => {
    const error = answer.int16(); // of a disk: nothing follows of it
    untold ||= error !== 0;
    answer.string();
    answer.list(() => {
      const topic = answer.string();
      answer.list(() => {
        const [partition, bytes] = [answer.int32(), answer.int64()];
        answer.int64();
        // What is being moved to another disk is there twice.
        if (answer.int8() === 0) sizes.push({ topic, partition, broker, bytes });
      });
    });
  });
  return { sizes, untold };
}
