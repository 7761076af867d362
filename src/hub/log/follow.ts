/** A topic's records from given places on, for ever: out of the archive, then as they come. */

import { KtError } from "../../errors.ts";
import type { PartitionOffset } from "../../kafka/addon/native.ts";
import type { KafkaRecord } from "../../record.ts";
import type { LiveHub, Watch } from "../live/live.ts";
import type { ChunkedLog, OnUnreadable } from "./chunks.ts";
import { TimeOrder } from "./time-order.ts";

/** A broker that is away is asked again so often; and so often a record is noticed that the live end missed. */
const againMs = 1000;

/**
 * Partitions are read beside each other, each in order, and all of them in the order of their times as far as each
 * partition's own order allows: the stream of a key lies in two where partitions were added.
 * @param grows whether partitions that are added meanwhile are read as well
 * @param take resolves when there is room for the next record of that partition
 * @throws KtError where a partition cannot be read any more
 */
export async function follow(
  { archive, live, grows = false }: { archive: ChunkedLog; live: LiveHub; grows?: boolean },
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
  const order = new TimeOrder(begin.map(({ partition }) => partition));
  const followPartition = async ({ partition, offset }: PartitionOffset) => {
    let changed = Promise.withResolvers<void>();
    wakes.add(() => changed.resolve());
    let away = false;
    for (let at = offset; !signal.aborted; ) {
      // One that could not be read is not waited for until it can be.
      if (!away) order.reads(partition);
      const chunk = await unlessAway(archive.chunk(topic, partition, at));
      away = chunk === undefined;
      for (const record of chunk?.records ?? []) {
        if (record.offset < at) continue;
        await order.turn(partition, record.timestampMs);
        await take(record);
        if (signal.aborted) return;
      }
      for (const left of chunk?.unreadable ?? []) if (left.to > at) onUnreadable(left);
      const atEnd = chunk !== undefined && chunk.end <= at;
      at = Math.max(at, chunk?.end ?? at);
      if (atEnd && !watching) {
        watching = live.watch(topic, {
          onPicture: wake,
          onRecords: wake,
          onPartition: (added, from) => grows && start({ topic, partition: added, offset: from }),
        });
        // What came before this was there has to be looked for once more.
        if (await unlessAway(watching)) continue;
        watching = undefined;
      }
      if (chunk && !atEnd) continue;
      order.rests(partition);
      await Promise.race([changed.promise, Bun.sleep(againMs)]);
      changed = Promise.withResolvers<void>();
    }
  };
  const failed = Promise.withResolvers<never>();
  const following: Promise<void>[] = [];
  const start = (place: PartitionOffset) =>
    void following.push(
      followPartition(place)
        .finally(() => order.rests(place.partition))
        .catch(failed.reject),
    );
  const all = async () => {
    for (let index = 0; index < following.length; index++) await following[index];
  };
  try {
    for (const place of begin) start(place);
    await Promise.race([all(), failed.promise]);
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
