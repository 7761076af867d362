/**
 * Lets the addon prove itself: every call that kt makes of it, some hundreds of times, in one process.
 * Run with BUN_JSC_collectContinuously=1, which collects garbage at every chance and so brings out what
 * is freed too early. Prints the resident memory, in MB, at a third of the way and at the end.
 *
 *   bun addon-stress.ts BROKERS ROUNDS
 */

import { toEnvelope } from "../../src/format/json.ts";
import { openAdmin } from "../../src/kafka/admin/admin.ts";
import { openProducer } from "../../src/kafka/produce/producer.ts";
import { joinGroup } from "../../src/kafka/read/groups.ts";
import { openReader } from "../../src/kafka/read/reader.ts";

const [brokers, roundsText] = process.argv.slice(2) as [string, string];
const rounds = Number(roundsText);
// A member hears of a rebalance by its next heartbeat; the default's three seconds would be most of the test.
const config = { brokers, properties: { "heartbeat.interval.ms": "100" }, debug: false };
const recordsARound = 20;
const topicPrefix = `stress-${process.pid}`;

function assertEqual(actual: unknown, expected: unknown, what: string): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

const admin = await openAdmin(config);

async function round(number: number): Promise<void> {
  const topic = `${topicPrefix}-${number}`;
  // Its records are years old: Kafka, which looks every five minutes, would delete them.
  await admin.changes.create({ name: topic, partitions: 2, replicationFactor: 1, config: { "retention.ms": "-1" } });

  const deliveries: number[] = [];
  const producer = await openProducer(config, { lingerMs: 0, onDelivery: (delivery) => deliveries.push(delivery.errorCode) });
  for (let i = 0; i < recordsARound; i++) {
    producer.add({
      topic,
      partition: i % 2,
      timestampMs: 1_700_000_000_000 + i,
      key: i % 3 === 0 ? null : Buffer.from(`key ${i}`),
      value: i % 5 === 0 ? null : Buffer.from(i % 7 === 0 ? "" : `value ${i}`),
      headers: [
        { name: "n", value: Buffer.from(String(i)) },
        { name: "n", value: null },
        { name: "empty", value: Buffer.alloc(0) },
      ],
    });
  }
  await producer.submit();
  if (!(await producer.flush(20_000))) throw new Error("not flushed");
  await producer.close();
  assertEqual(deliveries, Array(recordsARound).fill(0), "deliveries");

  const partitions = [0, 1].map((partition) => ({ topic, partition }));
  assertEqual(
    (await admin.watermarks(partitions)).map(({ high }) => high),
    [10, 10],
    "watermarks",
  );
  const entries = await admin.topicConfig(topic);
  assertEqual(entries.find(({ name }) => name === "retention.ms")?.value, "-1", "topic settings");

  const reader = await openReader(
    config,
    partitions.map((place) => ({ ...place, offset: 0 })),
  );
  const got: ReturnType<typeof toEnvelope>[] = [];
  while (got.length < recordsARound) for (const record of (await reader.next()) ?? []) got.push(toEnvelope(record));
  await reader.close();
  for (const envelope of got) {
    const i = envelope.offset * 2 + envelope.partition;
    assertEqual(envelope.timestamp, 1_700_000_000_000 + i, "timestamp");
    assertEqual(envelope.key, i % 3 === 0 ? null : `key ${i}`, "key");
    assertEqual(envelope.value, i % 5 === 0 ? null : i % 7 === 0 ? "" : `value ${i}`, "value");
    assertEqual(
      envelope.headers.map(({ value }) => value),
      [String(i), null, ""],
      "headers",
    );
  }

  // Two members, so that partitions move: the first has both, then one, then both again.
  const group = `${topic}-group`;
  const first = await joinGroup(config, { group, topics: [topic], from: "start" });
  await readUntil(first.reader, () => first.assignment().length === 2);
  const second = await joinGroup(config, { group, topics: [topic], from: "start" });
  await Promise.all([first, second].map((member) => readUntil(member.reader, () => member.assignment().length === 1)));
  const [mine] = second.assignment();
  if (!mine) throw new Error("the second member has no partition");
  second.commit([{ ...mine, offset: 7 }]);
  await second.reader.close();
  await first.reader.close();
  assertEqual(
    (await admin.groups.offsets(group, partitions)).filter(({ partition }) => partition === mine.partition),
    [{ topic, partition: mine.partition, offset: 7 }],
    "committed offset",
  );
  await admin.groups.commit(
    group,
    partitions.map((place) => ({ ...place, offset: 3 })),
  );
  assertEqual(
    (await admin.groups.offsets(group, partitions)).map(({ offset }) => offset),
    [3, 3],
    "moved group",
  );
  const [surveyed] = await admin.groups.survey((await admin.groups.list()).filter((one) => one.group === group));
  assertEqual(
    surveyed?.places.map(({ offset }) => offset),
    [3, 3],
    "surveyed group",
  );
  const described = await admin.topic(topic);
  const sizes = (await admin.sizes([described])).get(described);
  assertEqual(
    sizes?.map((bytes) => bytes !== null && bytes > 100),
    [true, true],
    "sizes",
  );
}

async function readUntil(reader: { next(signal?: AbortSignal): Promise<unknown> }, done: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!done()) {
    if (performance.now() > deadline) throw new Error("the group did not settle");
    await reader.next(AbortSignal.timeout(50));
  }
}

const residentMb = () => Math.round(process.memoryUsage.rss() / 1e6);
for (let number = 0; number < rounds; number++) {
  await round(number);
  if (number === Math.floor(rounds / 3)) console.log(residentMb());
}
console.log(residentMb());
process.exit(0);
