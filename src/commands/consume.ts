/** kt consume: records to stdout, or pictures into files, as they arrive. */
import { KtError } from "../errors.ts";
import { type Admin, openAdmin, type TopicPartition, type Watermarks } from "../kafka/admin.ts";
import type { RecordBatch } from "../kafka/batch.ts";
import { type GroupReader, joinGroup } from "../kafka/groups.ts";
import type { PartitionOffset } from "../kafka/native.ts";
import { connectReader, type RecordReader, raiseFatal } from "../kafka/reader.ts";
import { type consumeOptions, kafkaConfig, type Resolved } from "../options.ts";
import { shutdown } from "../shutdown.ts";
import { type ConsumeOutput, openOutput } from "./consume-output.ts";
import { placeOf, StopRule } from "./consume-stop.ts";

type Options = Resolved<typeof consumeOptions>;

export async function consume(topics: string[], options: Options): Promise<void> {
  const output = await openOutput(topics, options);
  try {
    await consumeInto(output, topics, options);
    await output.end();
  } catch (error) {
    await output.discard();
    throw error;
  }
}

async function consumeInto(output: ConsumeOutput, topics: string[], options: Options): Promise<void> {
  const config = kafkaConfig(options);
  // Both connect at once; whichever fails first says why.
  const connecting = options.group === undefined ? connectReader(config, topics[0]) : undefined;
  connecting?.catch(() => {});
  const admin = await openAdmin(config);
  const partitions = await partitionsOf(admin, topics);
  const watermarks = await admin.watermarks(partitions);
  const stop = await StopRule.make(admin, options, watermarks);
  const key = options.key === undefined ? undefined : Buffer.from(options.key);
  if (connecting) {
    const places = await startingPlaces(admin, options, watermarks);
    stop.begin(places);
    if (stop.reached) return;
    await copyAll((await connecting).begin(places), stop, key, output);
  } else if (options.group !== undefined) {
    const member = await joinGroup(config, { group: options.group, topics, from: groupStart(options) });
    stop.partitions = () => member.assignment();
    await copyAll(member.reader, stop, key, output, member);
    // Leaving tells the others at once; without it they would wait for the session to end.
    await member.reader.close();
  }
}

async function partitionsOf(admin: Admin, topics: string[]): Promise<TopicPartition[]> {
  const infos = await Promise.all([...new Set(topics)].map((topic) => admin.topic(topic)));
  return infos.flatMap((info) => info.partitions.map(({ id }) => ({ topic: info.name, partition: id })));
}

async function startingPlaces(admin: Admin, options: Options, watermarks: Watermarks[]): Promise<PartitionOffset[]> {
  if (options.from.at === "resume") throw KtError.usage("--from resume needs --group: it is the group that has a place.");
  return admin.resolve(options.from, watermarks);
}

function groupStart({ from }: Options): "start" | "end" {
  if (from.at === "start" || from.at === "end") return from.at;
  if (from.at === "resume") return "start";
  throw KtError.usage("With --group, --from takes start or end: where to begin while the group has no place yet.");
}

async function copyAll(reader: RecordReader, stop: StopRule, key: Buffer | undefined, output: ConsumeOutput, member?: GroupReader): Promise<void> {
  const over = output.closed ? AbortSignal.any([shutdown, output.closed]) : shutdown;
  const wake = AbortSignal.any([over, stop.changed]);
  while (!stop.reached) {
    const batch = await reader.next(stop.changed.aborted ? over : wake);
    if (!batch) {
      if (!over.aborted && stop.changed.aborted) continue;
      return;
    }
    stop.cutAtEnds(batch);
    const read = member && lastPlaces(batch);
    if (key) batch.keepKey(key);
    const short = stop.cutAtCount(batch);
    if (batch.length > 0) await output.write(batch);
    // Only what was written is committed, so that nothing is lost when the process dies.
    if (member && read && read.length > 0) member.commit(short ? lastPlaces(batch) : read);
    raiseFatal(batch);
  }
}

function lastPlaces(batch: RecordBatch): PartitionOffset[] {
  const places = new Map<string, PartitionOffset>();
  for (const run of batch.runs()) places.set(placeOf(run), { topic: run.topic, partition: run.partition, offset: batch.offset(run.to - 1) + 1 });
  return [...places.values()];
}
