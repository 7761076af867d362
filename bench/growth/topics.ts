/** One to 2,000 topics of a record each: what it costs a server that nobody asks anything, and how long it takes to know them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Measured } from "../report/figure.ts";
import { startKt } from "../serve/sides.ts";
import { brokers, cpuSeconds, kt, python, residentMb, run, work } from "../support.ts";

const counts = [1, 20, 200, 2000];
const rounds = 2;
const seconds = 4;
/** From the start on, until each topic was looked at. */
const mostKnownMs = 90_000;

const maker = `import sys
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic
names = [f'{sys.argv[2]}-{i}' for i in range(int(sys.argv[3]), int(sys.argv[4]))]
admin = KafkaAdminClient(bootstrap_servers=sys.argv[1])
for at in range(0, len(names), 200):
    admin.create_topics([NewTopic(name, 1, 1) for name in names[at:at + 200]], timeout_ms=60000)
producer = KafkaProducer(bootstrap_servers=sys.argv[1])
for name in names:
    producer.send(name, b'{"value":1}')
producer.flush()
`;

export async function topics(): Promise<Measured> {
  const script = join(work, "topics.py");
  writeFileSync(script, maker);
  const prefix = `bench-many-${process.pid}`;
  const points = { known: growth(), cpu: growth(), memory: growth(), list: growth() };
  let made = 0;
  for (const count of counts) {
    await run([python, script, brokers(), prefix, String(made), String(count)]);
    made = count;
    const values = { known: [] as number[], cpu: [] as number[], memory: [] as number[], list: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      const began = performance.now();
      // Of this part's topics only: what the others left behind is not counted.
      await using side = await startKt("--topics", `^${prefix}-`);
      while ((await known(side.origin, prefix)) < count) {
        if (performance.now() - began > mostKnownMs) throw new Error(`not all of ${count} topics were known after ${mostKnownMs / 1000} s`);
        await Bun.sleep(50);
      }
      values.known.push(performance.now() - began);
      await Bun.sleep(1000);
      const before = cpuSeconds(side.pid);
      await Bun.sleep(seconds * 1000);
      values.cpu.push(Math.max(2.5, ((cpuSeconds(side.pid) - before) / seconds) * 1000));
      values.memory.push(residentMb(side.pid));
      values.list.push((await run([kt, "topic", "list", `^${prefix}-`], { stdout: "ignore" })).seconds * 1000);
    }
    for (const name of ["known", "cpu", "memory", "list"] as const) points[name].push({ count, values: values[name] });
  }
  return {
    figures: [],
    growths: [
      { name: "start of kt serve until all are known", of: "topics", unit: "ms", points: points.known },
      { name: "processor time of kt serve that nobody asks", of: "topics", unit: "ms/s", points: points.cpu },
      { name: "memory of kt serve", of: "topics", unit: "MB", points: points.memory },
      { name: "kt topic list", of: "topics", unit: "ms", points: points.list },
    ],
  };
}

const growth = () => [] as { count: number; values: number[] }[];

async function known(origin: string, prefix: string): Promise<number> {
  const response = await fetch(`${origin}/topics`);
  if (!response.ok) return 0;
  const listed = (await response.json()) as { name: string }[];
  return listed.filter(({ name }) => name.startsWith(prefix)).length;
}
