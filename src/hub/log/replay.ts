/** Pictures from a place in the log, at the pace in which they were taken. */
import type { PartitionOffset } from "../../kafka/addon/native.ts";
import type { KafkaRecord, Position } from "../../record.ts";
import type { Hub } from "../hub.ts";
import { type Picture, pictureOf } from "../picture.ts";
import { StreamLog } from "../scout/stream-log.ts";
import { follow } from "./follow.ts";
import { StoredPictures } from "./stored.ts";

export interface ReplayRequest {
  topic: string;
  /** Only this stream; otherwise every picture of the topic. */
  key?: string;
  from: Position;
  /** A name for the place: where it stopped last is where it begins, whatever `from` says. */
  group?: string;
  /** 2 is twice as fast. */
  speed: number;
  /** False where PNG is to come as JPEG. */
  png: boolean;
}

export type ReplayHub = Pick<Hub, "admin" | "archive" | "scout" | "live" | "places" | "ffmpeg">;

/** A pause in the source longer than this is cut short. */
const longestGapMs = 1000;
const mostCatchUpMs = 200;
/** Pictures are stored out of order by less; what is earlier by more was taken after a clock was set back. */
const mostDisorderMs = 2000;

/** Pictures that stand alone, each when it is due; waits for new ones at the end of the log. */
export async function* replay(hub: ReplayHub, request: ReplayRequest, signal: AbortSignal): AsyncGenerator<Picture> {
  let dueMs: number | undefined;
  let lastTimestampMs: number | undefined;
  const begin = await startingPlaces(hub, request);
  const stored = new StoredPictures(hub.archive, hub.ffmpeg, request.topic, begin, request.png);
  const reading = read(hub, begin, request, stored, signal);
  signal.addEventListener("abort", () => stored.close(), { once: true });
  try {
    for (let picture = await stored.next(); picture; picture = await stored.next()) {
      // Where pictures are stored out of order, a place may lie before the time that was asked for.
      const earlyMs = request.group === undefined && request.from.at === "time" ? request.from.timeMs - picture.timestampMs : 0;
      if (earlyMs > 0 && (lastTimestampMs === undefined || earlyMs < mostDisorderMs)) continue;
      const gapMs = Math.min(longestGapMs, Math.max(0, picture.timestampMs - (lastTimestampMs ?? picture.timestampMs)));
      lastTimestampMs = picture.timestampMs;
      // What is a little late is caught up with; what is later is shown at once, and the pace goes on from there.
      dueMs = Math.max((dueMs ?? performance.now()) + gapMs / request.speed, performance.now() - mostCatchUpMs);
      const waitMs = dueMs - performance.now();
      if (waitMs >= 1) await Bun.sleep(waitMs);
      if (signal.aborted) return;
      yield picture;
      stored.shown(picture);
      const { partition } = picture;
      if (request.group !== undefined) hub.places.set(request.group, { topic: request.topic, partition, offset: stored.place(partition) }, request.key);
    }
  } finally {
    stored.close();
    await reading;
  }
}

/** Reads until the pictures are closed. */
async function read(hub: ReplayHub, begin: PartitionOffset[], { topic, key }: ReplayRequest, stored: StoredPictures, signal: AbortSignal): Promise<void> {
  const take = (record: KafkaRecord) => {
    const picture = pictureOf(record);
    if (picture && (key === undefined || picture.key === key)) return stored.take(picture);
    stored.pass(record.partition, record.offset);
  };
  try {
    // Of one stream what lies between its runs is passed over, however much that is.
    const archive = key === undefined ? hub.archive : new StreamLog(hub.archive, hub.scout, key, begin.length);
    await follow({ archive, live: hub.live, grows: true }, topic, begin, take, AbortSignal.any([signal, stored.closing]));
  } catch (error) {
    stored.close(error);
  }
}

async function startingPlaces({ admin, places }: ReplayHub, { topic, key, from, group }: ReplayRequest): Promise<PartitionOffset[]> {
  const watermarks = await admin.knownWatermarks([await admin.topic(topic)]);
  const begin = await admin.resolve(from.at === "resume" ? { at: "start" } : from, watermarks);
  if (group === undefined) return begin;
  const remembered = await places.get(group, watermarks, key);
  return begin.map((place) => {
    const found = remembered.find(({ partition }) => partition === place.partition);
    const { low, high } = watermarks.find(({ partition }) => partition === place.partition) as { low: number; high: number };
    return found ? { ...place, offset: Math.min(high, Math.max(low, found.offset)) } : place;
  });
}
