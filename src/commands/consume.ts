/** kt consume: records to stdout, or pictures into files, as they arrive. */

import { metered } from "../consume/metered.ts";
import { openOutput } from "../consume/output.ts";
import { logicalPlaces, partitionsOf, resolvePlaces } from "../consume/partitions.ts";
import type { ConsumeOutput } from "../consume/print.ts";
import { StopRule } from "../consume/stop.ts";
import { KtError } from "../errors.ts";
import { type RecordFilter, recordFilter } from "../format/filter.ts";
import { keepFreedMemory, type PartitionOffset } from "../kafka/addon/native.ts";
import { openAdmin } from "../kafka/admin/admin.ts";
import type { RecordBatch } from "../kafka/batch.ts";
import { bulkReading, type Properties } from "../kafka/config.ts";
import { type GroupReader, joinGroup } from "../kafka/read/groups.ts";
import { connectReader, defaultLimits, type ReaderLimits, type RecordReader, raiseFatal } from "../kafka/read/reader.ts";
import { explainUnreadable, unreadablesOf } from "../kafka/read/unreadable.ts";
import type { Resolved } from "../options/kinds.ts";
import { type consumeOptions, kafkaConfig } from "../options/options.ts";
import { partitionName } from "../record.ts";
import { shutdown } from "../terminal/shutdown.ts";

type Options = Resolved<typeof consumeOptions>;

const fewRecords = 100;
const fewBytes = 65_536;

export async function consume(topics: string[], options: Options): Promise<void> {
  const output = metered(await openOutput(topics, options));
  try {
    await consumeInto(output, topics, output.counts ? { ...options, count: undefined } : options);
    await output.end();
  } catch (error) {
    await output.discard();
    throw error;
  }
}

async function consumeInto(output: ConsumeOutput, topics: string[], options: Options): Promise<void> {
  const { key, header: headers, grep, group, isolation } = options;
  const wanted = recordFilter({ key: key === undefined ? undefined : Buffer.from(key), headers, grep });
  const from = group === undefined ? undefined : groupStart(options);
  const config = kafkaConfig(options, { "isolation.level": isolation && `read_${isolation}` });
  const regex = topics.some((topic) => topic.startsWith("^"));
  const [limits, tuning] = tuningFor(options, output);
  const connecting = group === undefined ? connectReader(config, regex ? undefined : topics[0], limits, tuning) : undefined;
  const endless = !options.exit && options.until === undefined && options.partition.length === 0;
  if (connecting && endless && topics.length === 1 && !regex) {
    const connected = await connecting;
    const places = logicalPlaces(options.from, connected.partitions);
    if (places && places.length > 0) return copyAll(connected.begin(places), StopRule.atCount(options.count), wanted, output);
  }
  // Both connect at once; whichever fails first says why.
  connecting?.catch(() => {});
  const admin = await openAdmin(config);
  const watermarks = await admin.watermarks(await partitionsOf(admin, topics, options.partition));
  const stop = await StopRule.make(admin, options, watermarks);
  if (connecting) {
    const places = await resolvePlaces(admin, options.from, watermarks);
    stop.begin(places);
    if (stop.reached) return;
    await copyAll((await connecting).begin(places), stop, wanted, output);
  } else if (group !== undefined && from !== undefined) {
    // Where the ends are fixed, so are the topics.
    const fixed = options.exit || options.until !== undefined;
    const member = await joinGroup(config, { group, topics: fixed ? [...new Set(watermarks.map(({ topic }) => topic))] : topics, from, limits, tuning });
    stop.partitions = () => member.assignment();
    await copyAll(member.reader, stop, wanted, output, member);
    // Leaving tells the others at once; without it they would wait for the session to end.
    await member.reader.close();
  }
}

/** Of a few records the first should come soon: megabytes behind it need not be fetched, nor packed together with it. */
function tuningFor({ count, header, grep }: Options, { keeps, passesOn }: ConsumeOutput): [ReaderLimits, Properties] {
  const limits = { ...defaultLimits, inTurns: !keeps, passOn: passesOn && header.length === 0 && grep === undefined };
  if (count === undefined || count > fewRecords) return [limits, bulkReading];
  return [
    { ...limits, maxRecords: fewRecords, maxBytes: fewBytes },
    { "fetch.message.max.bytes": fewBytes, "queued.min.messages": fewRecords },
  ];
}

function groupStart({ from, partition }: Options): "start" | "end" {
  if (partition.length > 0) throw KtError.usage("--partition and --group do not go together: Kafka gives a member its partitions.");
  const { at } = from.other;
  if (from.of.size === 0 && (at === "start" || at === "end")) return at;
  if (from.of.size === 0 && at === "resume") return "start";
  throw KtError.usage("With --group, --from takes start, end or stored: where to begin while the group has no place yet.");
}

async function copyAll(reader: RecordReader, stop: StopRule, wanted: RecordFilter | undefined, output: ConsumeOutput, member?: GroupReader): Promise<void> {
  keepFreedMemory();
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
    if (wanted) batch.filter((index) => wanted(batch, index));
    const short = stop.cutAtCount(batch);
    if (batch.length > 0) await output.write(batch);
    // Only what was written is committed, so that nothing is lost when the process dies.
    if (member && read && read.length > 0) member.commit(short ? lastPlaces(batch) : read);
    raiseFatal(batch);
    const [left] = unreadablesOf(batch);
    if (left) throw explainUnreadable(left, Number.POSITIVE_INFINITY);
  }
}

function lastPlaces(batch: RecordBatch): PartitionOffset[] {
  const places = new Map<string, PartitionOffset>();
  for (const run of batch.runs()) places.set(partitionName(run), { topic: run.topic, partition: run.partition, offset: batch.offset(run.to - 1) + 1 });
  return [...places.values()];
}
