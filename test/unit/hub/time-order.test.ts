import { expect, test } from "bun:test";
import { TimeOrder } from "../../../src/hub/log/time-order.ts";

/** Each partition's records one after the other, with pauses of its own; what came out, in order. */
async function merged(partitions: Record<number, number[]>, pause: (partition: number) => Promise<unknown> = () => Bun.sleep(0)): Promise<number[]> {
  const order = new TimeOrder(Object.keys(partitions).map(Number));
  const came: number[] = [];
  const go = async (partition: number, times: number[]) => {
    for (const timeMs of times) {
      order.reads(partition);
      await pause(partition);
      await order.turn(partition, timeMs);
      came.push(timeMs);
    }
    order.rests(partition);
  };
  await Promise.all(Object.entries(partitions).map(([partition, times]) => go(Number(partition), times)));
  return came;
}

test("records of several partitions come in the order of their times, whichever is faster", async () => {
  expect(await merged({ 0: [1, 4, 6], 1: [2, 3, 7], 2: [5] })).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(await merged({ 0: [1, 4, 6], 1: [2, 3, 7] }, (partition) => Bun.sleep(partition * 5))).toEqual([1, 2, 3, 4, 6, 7]);
});

test("each partition keeps its own order, also where its times go back", async () => {
  expect(await merged({ 0: [5, 1, 6], 1: [2, 7] })).toEqual([2, 5, 1, 6, 7]);
});

test("one that has nothing more holds nobody up, until it reads again", async () => {
  const order = new TimeOrder([0, 1]);
  order.rests(1);
  await order.turn(0, 10);
  order.reads(1);
  let went = false;
  const turn = order.turn(0, 20).then(() => {
    went = true;
  });
  await Bun.sleep(1);
  expect(went).toBe(false);
  await order.turn(1, 15);
  order.rests(1);
  await turn;
});
