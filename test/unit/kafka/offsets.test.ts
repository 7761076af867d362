/** What is asked for the offsets of partitions goes on until their leaders have settled, or does without those that do not. */
import { expect, test } from "bun:test";
import { offsetSpec, offsetsOf } from "../../../src/kafka/admin/offsets.ts";
import { codes } from "../../../src/kafka/explain.ts";

const partitions = [0, 1].map((partition) => ({ topic: "t", partition }));
const unsettled = { code: codes.unknownLeaderEpoch, message: "Broker: Unknown leader epoch" };

/** A broker whose partition 1 is settled from the given question on. */
function asking(settledFrom: number) {
  let count = 0;
  const ask = async () => {
    count++;
    const error = count < settledFrom ? unsettled : undefined;
    const listed = [
      { topic: "t", partition: 1, offset: error ? -1 : 7, error },
      { topic: "t", partition: 0, offset: 5, error: undefined },
    ];
    return { listed, error };
  };
  return { ask, refresh: async () => {} };
}

test("a partition that settles soon is waited for", async () => {
  expect(await offsetsOf(asking(3) as never, partitions, offsetSpec.latest, {})).toEqual([5, 7]);
  expect(await offsetsOf(asking(3) as never, partitions, offsetSpec.latest, { tolerant: true })).toEqual([5, 7]);
});

test("one that does not settle keeps the others from nobody who can do without it", async () => {
  expect(await offsetsOf(asking(Number.POSITIVE_INFINITY) as never, partitions, offsetSpec.latest, { tolerant: true })).toEqual([5, undefined]);
});
