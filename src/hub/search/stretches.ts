/** Which stretches of a topic's partitions are asked for, and what there is of each. */
import { KtError } from "../../errors.ts";
import type { Admin, TopicInfo, Watermarks } from "../../kafka/admin/admin.ts";
import { type Position, type Positions, positionIn, type Stretch } from "../../record.ts";

export interface Asked {
  topic: string;
  partition: number | undefined;
  /** undefined is the begin of the log. */
  from: Positions | undefined;
  /** Before these; undefined is the end of the log. */
  until: Positions | undefined;
}

export interface FoundStretches {
  stretches: Stretch[];
  watermarks: Watermarks[];
  /** Partitions that no broker leads now, and that are not read. */
  leaderless: number[];
}

/** @throws KtError unknown_topic, usage, or no_leader where none can be read */
export async function stretchesOf(admin: Admin, { topic, partition, from, until }: Asked): Promise<FoundStretches> {
  const info = await admin.topic(topic);
  const partitions = info.partitions.filter(({ id }) => partition === undefined || id === partition);
  if (partitions.length === 0) throw noPartition(info, partition);
  const watermarks = await admin.knownWatermarks([{ ...info, partitions }]);
  const leaderless = partitions.map(({ id }) => id).filter((id) => !watermarks.some((its) => its.partition === id));
  if (watermarks.length === 0)
    throw new KtError({
      code: "no_leader",
      message: `${partition === undefined ? `Topic '${topic}'` : `Partition ${partition} of '${topic}'`} has no leader now: it can be read once a broker that has it is back.`,
      retryable: true,
    });
  for (const id of [...(from?.of.keys() ?? []), ...(until?.of.keys() ?? [])]) if (!info.partitions.some((its) => its.id === id)) throw noPartition(info, id);
  const begins = await placesAt(admin, from ?? everywhere("start"), watermarks);
  const ends = await placesAt(admin, until ?? everywhere("end"), watermarks);
  const stretches = watermarks.map((its) => {
    const [begin, end] = [begins.get(its.partition) ?? its.low, ends.get(its.partition) ?? its.high];
    return { topic, partition: its.partition, from: begin, to: Math.max(begin, end) };
  });
  return { stretches, watermarks, leaderless };
}

const everywhere = (at: "start" | "end"): Positions => ({ other: { at }, of: new Map() });

async function placesAt(admin: Admin, positions: Positions, watermarks: Watermarks[]): Promise<Map<number, number>> {
  const byPosition = Map.groupBy(watermarks, ({ partition }) => JSON.stringify(positionIn(positions, partition)));
  const places = await Promise.all([...byPosition].map(([position, its]) => admin.resolve(readable(JSON.parse(position)), its)));
  return new Map(places.flat().map(({ partition, offset }) => [partition, offset]));
}

function readable(position: Position): Exclude<Position, { at: "resume" }> {
  if (position.at === "resume") throw KtError.usage("Records are looked for without a group, so there is no place to resume.", "Give an offset or a time.");
  return position;
}

function noPartition({ name, partitions }: TopicInfo, partition: number | undefined): KtError {
  return KtError.usage(`Topic '${name}' has no partition ${partition}; it has ${partitions.length}, from 0 on.`);
}

/** As from= and until= take it: 0=100,1=45. */
export function placesText(places: ReadonlyMap<number, number>): string {
  return [...places].map(([partition, offset]) => `${partition}=${offset}`).join(",");
}
