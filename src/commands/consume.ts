/** kt consume: records to stdout, as they arrive. */
import { KtError } from "../errors.ts";
import { toEnvelope } from "../format/json.ts";
import { type Admin, openAdmin, type TopicPartition, type Watermarks } from "../kafka/admin.ts";
import type { RecordBatch } from "../kafka/batch.ts";
import { codes } from "../kafka/explain.ts";
import { type GroupReader, joinGroup } from "../kafka/groups.ts";
import type { PartitionOffset } from "../kafka/native.ts";
import { connectReader, type RecordReader, raiseFatal } from "../kafka/reader.ts";
import { type consumeOptions, kafkaConfig, type Resolved } from "../options.ts";
import { shutdown } from "../shutdown.ts";
import { stdoutClosed, writeOut } from "../terminal.ts";

type Options = Resolved<typeof consumeOptions>;

const newline = 10;
const placeOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

export async function consume(topics: string[], options: Options): Promise<void> {
  const config = kafkaConfig(options);
  // Both connect at once; whichever fails first says why.
  const connecting = options.group === undefined ? connectReader(config, topics[0]) : undefined;
  connecting?.catch(() => {});
  const admin = await openAdmin(config);
  const partitions = await partitionsOf(admin, topics);
  const watermarks = await admin.watermarks(partitions);
  const stop = new StopRule(options.count, options.exit ? watermarks : undefined);
  if (connecting) {
    const places = await startingPlaces(admin, options, watermarks);
    stop.begin(places);
    if (stop.reached) return;
    await printAll((await connecting).begin(places), stop, options.json);
  } else if (options.group !== undefined) {
    const member = await joinGroup(config, { group: options.group, topics, from: groupStart(options) });
    stop.partitions = () => member.assignment();
    await printAll(member.reader, stop, options.json, member);
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

async function printAll(reader: RecordReader, stop: StopRule, json: boolean, member?: GroupReader): Promise<void> {
  const over = AbortSignal.any([shutdown, stdoutClosed()]);
  while (!stop.reached) {
    const batch = await reader.next(over);
    if (!batch) return;
    stop.cut(batch);
    if (batch.length > 0) {
      await writeOut(json ? jsonLines(batch) : batch.joinValues(newline));
      // Only what was printed is committed, so that nothing is lost when the process dies.
      member?.commit(lastPlaces(batch));
    }
    raiseFatal(batch);
  }
}

function jsonLines(batch: RecordBatch): Buffer {
  let text = "";
  for (const record of batch) text += `${JSON.stringify(toEnvelope(record))}\n`;
  return Buffer.from(text);
}

function lastPlaces(batch: RecordBatch): PartitionOffset[] {
  const places = new Map<string, PartitionOffset>();
  for (const run of batch.runs()) places.set(placeOf(run), { topic: run.topic, partition: run.partition, offset: batch.offset(run.to - 1) + 1 });
  return [...places.values()];
}

/** When to stop: after so many records, or at the ends that were there at the start. */
class StopRule {
  /** The partitions whose ends count; in a group, those that this member was given. */
  partitions: () => TopicPartition[];
  readonly #ends: Map<string, number> | undefined;
  readonly #finished = new Set<string>();
  #left: number;

  constructor(count: number | undefined, ends: Watermarks[] | undefined) {
    this.#left = count ?? Number.POSITIVE_INFINITY;
    this.#ends = ends && new Map(ends.map((end) => [placeOf(end), end.high]));
    this.partitions = () => ends ?? [];
  }

  /** What begins at its end is finished before it begins. */
  begin(places: PartitionOffset[]): void {
    for (const place of places) if (place.offset >= (this.#ends?.get(placeOf(place)) ?? Number.POSITIVE_INFINITY)) this.#finished.add(placeOf(place));
  }

  get reached(): boolean {
    if (this.#left <= 0) return true;
    if (!this.#ends) return false;
    const partitions = this.partitions();
    return (partitions.length > 0 || this.#ends.size === 0) && partitions.every((partition) => this.#finished.has(placeOf(partition)));
  }

  /** Takes from a batch what is past the end or above the count. */
  cut(batch: RecordBatch): void {
    if (this.#ends) this.#cutAtEnds(batch, this.#ends);
    batch.truncate(this.#left);
    this.#left -= batch.length;
  }

  #cutAtEnds(batch: RecordBatch, ends: Map<string, number>): void {
    const past = new Set<number>();
    for (const run of batch.runs()) {
      const end = ends.get(placeOf(run)) ?? 0;
      let to = run.to;
      if (batch.offset(to - 1) >= end - 1) this.#finished.add(placeOf(run));
      while (to > run.from && batch.offset(to - 1) >= end) past.add(--to);
    }
    if (past.size > 0) batch.filter((index) => !past.has(index));
    // The last offsets may hold no record (a transaction's marker, a compacted one), so the client's
    // word for the end of a partition counts as well.
    for (const event of batch.events) if (event.code === codes.partitionEof) this.#finished.add(placeOf(event));
  }
}
