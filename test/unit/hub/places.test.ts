import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { KtError } from "../../../src/errors.ts";
import { Places } from "../../../src/hub/places/places.ts";
import type { PartitionOffset } from "../../../src/kafka/addon/native.ts";
import type { Admin } from "../../../src/kafka/admin/admin.ts";
import { codes, explainCode } from "../../../src/kafka/explain.ts";

type Groups = Pick<Admin["groups"], "commit" | "offsets">;

/** Kafka as Places sees it: commits wait until they are answered. */
class StandIn implements Groups {
  readonly committed = new Map<string, PartitionOffset>();
  readonly asked: { group: string; places: PartitionOffset[]; answer: (error?: Error) => void }[] = [];

  commit(group: string, places: PartitionOffset[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.asked.push({
        group,
        places,
        answer: (error) => {
          if (error) return reject(error);
          for (const place of places) this.committed.set(`${group}/${place.topic}/${place.partition}`, place);
          resolve();
        },
      });
    });
  }

  async offsets(group: string, partitions?: { topic: string; partition: number }[]): Promise<PartitionOffset[]> {
    if (!partitions) return [...this.committed].flatMap(([name, place]) => (name.startsWith(`${group}/`) ? place : []));
    return partitions.flatMap(({ topic, partition }) => this.committed.get(`${group}/${topic}/${partition}`) ?? []);
  }

  /** Of each commit: group, and offset by partition. */
  get seen(): string[] {
    return this.asked.map(({ group, places }) => `${group} ${places.map(({ topic, partition, offset }) => `${topic}/${partition}=${offset}`).join(" ")}`);
  }

  async answer(error?: Error): Promise<void> {
    this.asked.at(-1)?.answer(error);
    await settled();
  }
}

const settled = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};
const away = () => explainCode(codes.timedOut, "Local: Timed out", "moving group 'g'");
const joined = () => explainCode(codes.unknownMember, "Broker: Unknown member", "moving group 'g'");
const at = (offset: number, partition = 0, topic = "t"): PartitionOffset => ({ topic, partition, offset });

let kafka: StandIn;
let told: string[];
let places: Places;

beforeEach(() => {
  jest.useFakeTimers();
  kafka = new StandIn();
  told = [];
  places = new Places(kafka, { check: async () => {}, onTrouble: (message) => told.push(message) });
});
afterEach(() => jest.useRealTimers());

const second = () => {
  jest.advanceTimersByTime(1000);
};

test("the newest place of each partition is written once a second, and no more when nothing moves", async () => {
  places.set("g", at(1));
  places.set("g", at(2));
  places.set("g", at(7, 1));
  second();
  expect(kafka.seen).toEqual(["g t/0=2 t/1=7"]);
  await kafka.answer();
  second();
  expect(kafka.seen).toHaveLength(1);
});

test("while a group is being written it is not written again; what it moved to meanwhile comes after", async () => {
  places.set("g", at(1));
  second();
  places.set("g", at(2));
  places.set("other", at(5));
  second();
  second();
  expect(kafka.seen).toEqual(["g t/0=1", "other t/0=5"]);
  kafka.asked[0]?.answer();
  await settled();
  second();
  expect(kafka.seen.at(-1)).toBe("g t/0=2");
});

test("a place that a broker was away for is written later, unless there is a newer one", async () => {
  places.set("g", at(1, 0));
  places.set("g", at(1, 1));
  second();
  places.set("g", at(9, 1));
  await kafka.answer(away());
  second();
  expect(kafka.seen[1]?.split(" ").sort()).toEqual(["g", "t/0=1", "t/1=9"]);
});

test("what can never be written is not tried again: a group somebody has joined, a topic that is gone beside one that is there", async () => {
  places.set("g", at(1));
  second();
  await kafka.answer(joined());
  second();
  expect(kafka.seen).toHaveLength(1);
  places.set("h", at(1, 0, "gone"));
  places.set("h", at(2, 0, "there"));
  second();
  await kafka.answer(explainCode(codes.unknownTopic, "Broker: Unknown topic or partition", "moving group 'h'"));
  await kafka.answer();
  second();
  expect(kafka.seen.slice(1)).toEqual(["h gone/0=1", "h there/0=2"]);
});

test("the same trouble of a group is told once, until the group was written", async () => {
  for (let offset = 1; offset <= 3; offset++) {
    places.set("g", at(offset));
    second();
    await kafka.answer(offset === 2 ? joined() : away());
  }
  expect(told).toEqual([
    "group 'g': The broker did not answer (moving group 'g').",
    "group 'g': The group has members, and Kafka lets nobody else change it (moving group 'g').",
  ]);
  second();
  await kafka.answer();
  places.set("g", at(4));
  second();
  await kafka.answer(away());
  expect(told).toHaveLength(3);
});

test("a place is known at once, whether it is written or not; a written one is Kafka's to tell", async () => {
  places.set("g", at(1));
  expect(await places.get("g", [at(0), at(0, 1)])).toEqual([at(1)]);
  second();
  expect(await places.get("g", [at(0)])).toEqual([at(1)]);
  await kafka.answer(away());
  expect(await places.get("g", [at(0)])).toEqual([at(1)]);
  second();
  await kafka.answer();
  kafka.committed.set("g/t/0", at(40));
  expect(await places.get("g", [at(0)])).toEqual([at(40)]);
});

test("groups in trouble do not keep others from being written", async () => {
  for (let i = 0; i < 20; i++) places.set(`away${i}`, at(i));
  second();
  const first = kafka.asked.length;
  expect(first).toBeLessThan(20);
  for (const { answer } of kafka.asked) answer(away());
  await settled();
  for (let i = 0; i < 20; i++) places.set(`away${i}`, at(i));
  places.set("well", at(1));
  for (let i = 0; i < 3; i++) second();
  for (const { answer } of kafka.asked.slice(first)) answer(away());
  await settled();
  second();
  expect(kafka.seen.filter((seen) => seen.startsWith("well"))).toHaveLength(1);
});

test("of very many groups that cannot be written, the ones that wait longest are given up, and that is told", () => {
  for (let i = 0; i < 1001; i++) places.set(`g${i}`, at(i));
  expect(told).toEqual(["group 'g0': its last place is given up, as 1000 other groups wait for a broker too."]);
});

test("the end writes the last places, also that of a group that is being written", async () => {
  places.set("g", at(1));
  second();
  places.set("g", at(2));
  places.set("other", at(3));
  const closed = places.close();
  await settled();
  expect(kafka.seen).toEqual(["g t/0=1", "other t/0=3"]);
  for (const { answer } of kafka.asked) answer();
  await settled();
  await kafka.answer();
  await closed;
  expect(kafka.committed).toEqual(
    new Map([
      ["g/t/0", at(2)],
      ["other/t/0", at(3)],
    ]),
  );
});

test("a fault of kt itself is told, not tried for ever", async () => {
  places.set("g", at(1));
  second();
  await kafka.answer(new TypeError("oops"));
  second();
  expect(kafka.seen).toHaveLength(1);
  expect(told[0]).toContain("oops");
  expect(KtError.from(new TypeError("oops")).retryable).toBe(false);
});

test("streams of one partition have a place each, beside the offset of what moved last", async () => {
  places.set("g", at(10), "door");
  places.set("g", at(90), "yard");
  places.set("g", at(20), "door");
  second();
  await settled();
  expect(kafka.seen).toEqual(["g t/0=20"]);
  // Also while it is being written.
  expect(await places.get("g", [at(0)], "yard")).toEqual([at(90)]);
  await kafka.answer();
  for (const [stream, offset] of [
    ["door", 20],
    ["yard", 90],
    ["gate", 20],
    [undefined, 20],
  ] as const)
    expect(await places.get("g", [at(0)], stream)).toEqual([at(offset)]);

  // Another server, or this one after a restart, knows them from Kafka, and leaves those alone that it does not move.
  const restarted = new Places(kafka, { check: async () => {}, onTrouble: (message) => told.push(message) });
  restarted.set("g", at(95), "yard");
  restarted.write();
  await settled();
  await kafka.answer();
  expect(await restarted.get("g", [at(0)], "door")).toEqual([at(20)]);
  expect(await restarted.get("g", [at(0)], "yard")).toEqual([at(95)]);
  // A program that moves the group moves all of it.
  await Promise.all([kafka.commit("g", [at(5)]), kafka.answer()]);
  expect(await restarted.get("g", [at(0)], "door")).toEqual([at(5)]);
  await restarted.close();
});

test("a place that could not be written is written later, and what moved meanwhile stays newer, stream by stream", async () => {
  places.set("g", at(10), "door");
  places.set("g", at(11), "yard");
  second();
  await settled();
  places.set("g", at(12), "door");
  await kafka.answer(away());
  second();
  await settled();
  await kafka.answer();
  expect(await places.get("g", [at(0)], "door")).toEqual([at(12)]);
  expect(await places.get("g", [at(0)], "yard")).toEqual([at(11)]);
});
