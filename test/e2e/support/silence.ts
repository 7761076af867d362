/** Topics in which a stream was silent for hours, while others wrote more than anybody reads through. */
import { openProducer } from "../../../src/kafka/produce/producer.ts";
import type { OutgoingRecord } from "../../../src/record.ts";
import { brokers } from "./kt.ts";

export type TestRecord = Omit<OutgoingRecord, "topic">;

export const config = { brokers, properties: {}, debug: false };
export const hourMs = 3_600_000;

const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(996, 1)]);

/** A run of kt emit-video, 25 pictures a second. */
export function runOf(key: string, run: string, startMs: number, count: number, partition = 0): TestRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    partition,
    key: Buffer.from(key),
    timestampMs: startMs + i * 40,
    value: jpeg,
    headers: Object.entries({ "content-type": "image/jpeg", "kt-seq": i, "kt-pts": i * 40_000, "kt-run": run }).map(([name, value]) => {
      return { name, value: Buffer.from(String(value)) };
    }),
  }));
}

/** Small records of sixteen other keys, evenly from one time to another. */
export function* others(count: number, fromMs: number, toMs: number, partitions = 1): Generator<TestRecord> {
  for (let i = 0; i < count; i++) {
    const timestampMs = Math.floor(fromMs + ((toMs - fromMs) * i) / count);
    yield { partition: i % partitions, key: Buffer.from(`sensor ${i % 16}`), value: Buffer.from(`{"value":${i}}`), timestampMs, headers: [] };
  }
}

/** @throws where one was not delivered */
export async function write(topic: string, ...parts: Iterable<TestRecord>[]): Promise<void> {
  const producer = await openProducer(config, { lingerMs: 5, topic });
  try {
    let count = 0;
    for (const part of parts) {
      for (const record of part) {
        producer.add({ topic, ...record });
        if (++count % 5000 === 0) await producer.submit();
      }
    }
    await producer.submit();
    if (!(await producer.flush(60_000)) || producer.failed > 0) throw new Error("the test's records were not delivered");
  } finally {
    await producer.close();
  }
}
