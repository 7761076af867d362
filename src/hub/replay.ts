/** Pictures from a place in the log, at the pace in which they were taken. */
import type { Admin } from "../kafka/admin.ts";
import type { KafkaConfig } from "../kafka/config.ts";
import type { PartitionOffset } from "../kafka/native.ts";
import { openReader, raiseFatal } from "../kafka/reader.ts";
import type { Position } from "../record.ts";
import { type Picture, pictureOf } from "./picture.ts";
import type { Places } from "./places.ts";

export interface ReplayRequest {
  topic: string;
  /** Only this stream; otherwise every picture of the topic. */
  key?: string;
  from: Position;
  /** A name for the place: where it stopped last is where it begins, whatever `from` says. */
  group?: string;
  /** 2 is twice as fast. */
  speed: number;
}

/** A pause in the source longer than this is cut short. */
const longestGapMs = 1000;
const mostCatchUpMs = 200;
/** One viewer's read-ahead is kept small. */
const readAhead = { "queued.max.messages.kbytes": 8192, "queued.min.messages": 64, "fetch.message.max.bytes": 1_048_576 };

/** Pictures, each when it is due; waits for new ones at the end of the log. */
export async function* replay(config: KafkaConfig, admin: Admin, places: Places, request: ReplayRequest, signal: AbortSignal): AsyncGenerator<Picture> {
  const begin = await startingPlaces(admin, places, request);
  const reader = await openReader(config, begin, { maxRecords: 64, maxBytes: 1 << 20 }, readAhead);
  let dueMs: number | undefined;
  let lastTimestampMs: number | undefined;
  try {
    for (let batch = await reader.next(signal); batch; batch = await reader.next(signal)) {
      raiseFatal(batch);
      for (const record of batch) {
        const picture = pictureOf(record);
        if (picture && !picture.end && (request.key === undefined || picture.key === request.key)) {
          const gapMs = Math.min(longestGapMs, Math.max(0, picture.timestampMs - (lastTimestampMs ?? picture.timestampMs)));
          lastTimestampMs = picture.timestampMs;
          // What is a little late is caught up with; what is later is shown at once, and the pace goes on from there.
          dueMs = Math.max((dueMs ?? performance.now()) + gapMs / request.speed, performance.now() - mostCatchUpMs);
          const waitMs = dueMs - performance.now();
          if (waitMs >= 1) await Bun.sleep(waitMs);
          if (signal.aborted) return;
          yield picture;
        }
        if (request.group !== undefined) places.set(request.group, { topic: request.topic, partition: record.partition, offset: record.offset + 1 });
      }
    }
  } finally {
    await reader.close();
  }
}

async function startingPlaces(admin: Admin, places: Places, { topic, from, group }: ReplayRequest): Promise<PartitionOffset[]> {
  const { partitions } = await admin.topic(topic);
  const watermarks = await admin.watermarks(partitions.map(({ id }) => ({ topic, partition: id })));
  const begin = await admin.resolve(from.at === "resume" ? { at: "start" } : from, watermarks);
  if (group === undefined) return begin;
  const remembered = await places.get(group, watermarks);
  return begin.map((place) => {
    const found = remembered.find(({ partition }) => partition === place.partition);
    const { low, high } = watermarks.find(({ partition }) => partition === place.partition) as { low: number; high: number };
    return found ? { ...place, offset: Math.min(high, Math.max(low, found.offset)) } : place;
  });
}
