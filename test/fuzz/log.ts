/** Records that chance makes, written and read back through the packed producer and reader: each comes back as it was. */
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Admin, openAdmin } from "../../src/kafka/admin/admin.ts";
import type { KafkaConfig } from "../../src/kafka/config.ts";
import { openProducer } from "../../src/kafka/produce/producer.ts";
import { openReader } from "../../src/kafka/read/reader.ts";
import { writeValues } from "../../src/kafka/read/value-writer.ts";
import type { KafkaRecord, OutgoingRecord } from "../../src/record.ts";
import { type Random, random, texts } from "./random.ts";

export interface LogReport {
  seed: number;
  rounds: number;
  records: number;
  /** What did not come back as it was, and of which round. */
  faults: string[];
}

const mostReadMs = 60_000;
const delimiter = 0x0a;
const lengths = [0, 0, 1, 7, 40, 300, 5000, 70_000];
const codecs = ["none", "gzip", "snappy", "lz4", "zstd"];
// librdkafka hands a header's name out as a text that ends at the first zero.
const names = texts.filter((text) => !text.includes("\0"));

export async function fuzzLog({ brokers, seconds, seed }: { brokers: string; seconds: number; seed: number }): Promise<LogReport> {
  const config: KafkaConfig = { brokers, properties: {}, debug: false };
  const admin = await openAdmin(config);
  const report: LogReport = { seed, rounds: 0, records: 0, faults: [] };
  const endMs = performance.now() + seconds * 1000;
  for (; performance.now() < endMs; report.rounds++) {
    const chance = random(seed + report.rounds);
    const topic = `fuzz-log-${process.pid}-${report.rounds}`;
    const partitions = 1 + chance.below(3);
    // Its records may be years old.
    await admin.changes.create({ name: topic, partitions, replicationFactor: 1, config: { "retention.ms": "-1" } });
    try {
      report.records += await roundTrip(admin, config, topic, partitions, chance);
    } catch (error) {
      report.faults.push(`seed ${seed + report.rounds}: ${error}`);
    }
  }
  await admin.close();
  return report;
}

async function roundTrip(admin: Admin, config: KafkaConfig, topic: string, partitions: number, chance: Random): Promise<number> {
  const records = Array.from({ length: 1 + chance.below(400) }, () => recordOf(topic, chance.below(partitions), chance));
  const properties = { ...config.properties, "compression.codec": chance.of(codecs) };
  const producer = await openProducer({ ...config, properties }, { lingerMs: chance.of([0, 5]) });
  for (const record of records) {
    producer.add(record);
    if (chance.oneIn(20)) await producer.submit();
  }
  await producer.submit();
  if (!(await producer.flush(30_000))) throw new Error(`${topic} was not flushed`);
  await producer.close();
  if (producer.failed > 0) throw new Error(`${producer.failed} of ${records.length} failed: ${[...producer.failures]}`);
  const places = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
  const stored = (await admin.watermarks(places)).reduce((sum, { low, high }) => sum + high - low, 0);
  if (stored !== records.length) throw new Error(`${stored} of ${records.length} are stored`);

  const written = Map.groupBy(records, ({ partition }) => partition ?? 0);
  const limits = { maxRecords: chance.of([1, 2, 50, 10_000]), maxBytes: chance.of([1 << 10, 1 << 16, 4 << 20]), inTurns: chance.oneIn(2) };
  const passOn = chance.oneIn(3);
  const file = join(tmpdir(), `${topic}.values`);
  const descriptor = openSync(file, "w+");
  const passedOn: Buffer[] = [];
  const reader = await openReader(
    config,
    places.map((place) => ({ ...place, offset: 0 })),
    { ...limits, passOn },
  );
  try {
    // Some go in the middle of it.
    const most = chance.oneIn(4) ? chance.below(records.length) : records.length;
    const deadline = AbortSignal.timeout(mostReadMs);
    for (let read = 0; read < most; ) {
      const batch = await reader.next(deadline);
      if (!batch) throw new Error(`${read} of ${records.length} came in ${mostReadMs / 1000} s`);
      read += batch.length;
      for (let index = 0; index < batch.length; index++) {
        const sent = written.get(batch.partition(index))?.[batch.offset(index)];
        if (!sent) throw new Error(`record ${batch.partition(index)}/${batch.offset(index)} was never written`);
        if (passOn) passedOn.push(Buffer.from(sent.value ?? ""), Buffer.of(delimiter));
        else compare(batch.record(index), sent);
      }
      if (passOn) await writeValues(descriptor, batch, delimiter, chance.oneIn(2));
    }
    if (passOn && !readFileSync(file).equals(Buffer.concat(passedOn))) throw new Error("other values were passed on than were written");
  } finally {
    await reader.close();
    closeSync(descriptor);
    rmSync(file);
  }
  return records.length;
}

function recordOf(topic: string, partition: number, chance: Random): OutgoingRecord {
  const bytes = (most: number) => chance.bytes(Math.min(most, chance.of(lengths)));
  const maybe = (most: number) => (chance.oneIn(4) ? null : bytes(most));
  const headers = Array.from({ length: chance.oneIn(50) ? 200 : chance.below(4) }, () => ({ name: chance.of(names), value: maybe(300) }));
  const time = chance.oneIn(2) ? { timestampMs: chance.of([0, 1, 1_700_000_000_123]) } : {};
  return { topic, partition, key: maybe(300), value: maybe(70_000), headers, ...time };
}

/** @throws Error where they differ */
function compare(read: KafkaRecord, { key = null, value, headers = [], timestampMs }: OutgoingRecord): void {
  const place = `${read.partition}/${read.offset}`;
  const same = (what: string, one: Uint8Array | null, other: Uint8Array | null) => {
    const equal = one === null || other === null ? one === other : Buffer.from(one).equals(other);
    if (!equal) throw new Error(`the ${what} of ${place} is ${one?.length ?? null} bytes that differ from the ${other?.length ?? null} written`);
  };
  same("key", read.key, key);
  same("value", read.value, value);
  if (timestampMs !== undefined && read.timestampMs !== timestampMs) throw new Error(`the time of ${place} is ${read.timestampMs} instead of ${timestampMs}`);
  if (read.headers.length !== headers.length) throw new Error(`${place} has ${read.headers.length} headers instead of ${headers.length}`);
  for (const [at, header] of headers.entries()) {
    const its = read.headers[at] ?? { name: "", value: null };
    if (its.name !== Buffer.from(header.name).toString()) throw new Error(`header ${at} of ${place} is named ${its.name}`);
    same(`header ${at}`, its.value, header.value);
  }
}
