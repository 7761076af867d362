/** Thousands of topics of mixed kinds: JSON, text, bytes, pictures, and some without records. */
import { openAdmin } from "../../../src/kafka/admin/admin.ts";
import { openProducer } from "../../../src/kafka/produce/producer.ts";

const kinds = ["json", "text", "binary", "image", "empty"] as const;
export type ManyKind = (typeof kinds)[number];
const picture = Buffer.from(
  "/9j/4AAQSkZJRgABAQEAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AVN//2Q==",
  "base64",
);
const atOnce = 32;

/** What the topic of that number is called, and what it holds: one in five of each kind. */
export function manyTopic(number: number): { name: string; kind: ManyKind } {
  const kind = kinds[number % kinds.length] as ManyKind;
  return { name: `many-${String(number).padStart(4, "0")}-${kind}`, kind };
}

export async function makeManyTopics(brokers: string, count: number): Promise<void> {
  const config = { brokers, properties: {}, debug: false };
  const admin = await openAdmin(config);
  const all = Array.from({ length: count }, (_, number) => manyTopic(number));
  try {
    for (let at = 0; at < count; at += atOnce)
      await Promise.all(all.slice(at, at + atOnce).map(({ name }) => admin.changes.create({ name, partitions: 1, replicationFactor: 1, config: {} })));
  } finally {
    admin.close();
  }
  const producer = await openProducer(config, { lingerMs: 5 });
  try {
    for (const { name, kind } of all) {
      const key = kind === "image" ? Buffer.from("cam") : null;
      for (const value of valuesOf(kind, name)) producer.add({ topic: name, key, value, headers: [] });
      await producer.submit();
    }
    if (!(await producer.flush(120_000))) throw new Error("the records of many topics were not delivered");
  } finally {
    await producer.close();
  }
}

function valuesOf(kind: ManyKind, name: string): Buffer[] {
  switch (kind) {
    case "json":
      return [Buffer.from(JSON.stringify({ name, value: name.length })), Buffer.from(JSON.stringify({ name, value: 2 }))];
    case "text":
      return [Buffer.from(`a line of ${name}`)];
    case "binary":
      return [Buffer.from([0xff, 0xfe, 0, 1, 2])];
    case "image":
      return [picture];
    case "empty":
      return [];
  }
}
