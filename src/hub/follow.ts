/** A topic's records from given places on, for ever: out of the archive, then as they come. */

import { KtError } from "../errors.ts";
import type { PartitionOffset } from "../kafka/native.ts";
import type { KafkaRecord } from "../record.ts";
import type { Archive, OnUnreadable } from "./archive.ts";
import type { LiveHub, Watch } from "./live.ts";

/** A broker that is away is asked again so often; and so often a record is noticed that the live end missed. */
const againMs = 1000;

/**
 * Partitions are read beside each other, each in order.
 * @param take resolves when there is room for the next record of that partition
 * @throws KtError where a partition cannot be read any more
 */
export async function follow(
  { archive, live }: { archive: Archive; live: LiveHub },
  topic: string,
  begin: PartitionOffset[],
  take: (record: KafkaRecord) => Promise<void> | void,
  signal: AbortSignal,
  onUnreadable: OnUnreadable = () => {},
): Promise<void> {
  const wakes = new Set<() => void>();
  const wake = () => {
    for (const one of wakes) one();
  };
  signal.addEventListener("abort", wake, { once: true });
  let watching: Promise<Watch> | undefined;
  const followPartition = async ({ partition, offset }: PartitionOffset) => {
    let changed = Promise.withResolvers<void>();
    wakes.add(() => changed.resolve());
    for (let at = offset; !signal.aborted; ) {
      const chunk = await unlessAway(archive.chunk(topic, partition, at));
      for (const record of chunk?.records ?? []) {
        if (record.offset < at) continue;
        await take(record);
        if (signal.aborted) return;
      }
      for (const left of chunk?.unreadable ?? []) if (left.to > at) onUnreadable(left);
      const atEnd = chunk !== undefined && chunk.end <= at;
      at = Math.max(at, chunk?.end ?? at);
      if (atEnd && !watching) {
        watching = live.watch(topic, { onPicture: wake, onRecords: wake });
        // What came before this was there has to be looked for once more.
        if (await unlessAway(watching)) continue;
        watching = undefined;
      }
      if (chunk && !atEnd) continue;
      await Promise.race([changed.promise, Bun.sleep(againMs)]);
      changed = Promise.withResolvers<void>();
    }
  };
  try {
    await Promise.all(begin.map(followPartition));
  } finally {
    (await (watching as Promise<Watch> | undefined)?.catch(() => undefined))?.close();
  }
}

/** undefined while the broker is away. */
async function unlessAway<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof KtError && error.retryable) return undefined;
    throw error;
  }
}
