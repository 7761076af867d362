import { expect, test } from "bun:test";
import { Ends } from "../../../src/hub/topics/ends.ts";
import type { TopicInfo } from "../../../src/kafka/admin/admin.ts";

const topicOf = (name: string, partitions: number): TopicInfo => ({
  name,
  partitions: Array.from({ length: partitions }, (_, id) => ({ id, leader: 1, replicas: [1], isr: [1] })),
});

/** Says what it was told of the begins. */
function asked() {
  const told: (number | undefined)[] = [];
  const ends = new Ends({
    async knownWatermarks(topics, lows) {
      told.push(lows?.size);
      return topics.flatMap(({ name, partitions }) => partitions.map(({ id }) => ({ topic: name, partition: id, low: 3, high: 5 })));
    },
  });
  return { ends, told };
}

test("of many partitions the begins are asked every five seconds, and those of new ones at once", async () => {
  const { ends, told } = asked();
  const many = [topicOf("many", 1001)];
  for (const atMs of [0, 1000, 2000, 4999, 5000, 6000]) expect(await ends.of(many, atMs)).toHaveLength(1001);
  expect(told).toEqual([undefined, 1001, 1001, 1001, undefined, 1001]);
});

test("of few they are asked each time", async () => {
  const { ends, told } = asked();
  for (const atMs of [0, 1000, 2000]) await ends.of([topicOf("few", 1000)], atMs);
  expect(told).toEqual([undefined, undefined, undefined]);
});
