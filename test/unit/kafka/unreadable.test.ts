import { expect, test } from "bun:test";
import { explainUnreadable, unreadablesOf } from "../../../src/kafka/read/unreadable.ts";
import { batchOf } from "../batches.ts";

const [messageTooLarge, badCompression, endOfPartition] = [10, -198, -191];
const said = (text: string) => Buffer.from(text);

test("records that were left out are told by the client's own words, and other news are not", () => {
  const batch = batchOf(
    { offset: 4, value: said("Offsets 9 to 9, 0 bytes: not an event") },
    { error: messageTooLarge, offset: 5, value: said("Offsets 5 to 9, 400000073 bytes: Broker: Message size too large") },
    { error: badCompression, partition: 1, offset: 3, value: said("Offsets 3 to 3, 0 bytes: Local: Invalid compressed data") },
    { error: endOfPartition, offset: 10, value: said("Broker: No more messages") },
  );
  expect(unreadablesOf(batch)).toEqual([
    { topic: "scores", partition: 0, from: 5, to: 10, bytes: 400_000_073, tooLarge: true },
    { topic: "scores", partition: 1, from: 3, to: 4, bytes: 0, tooLarge: false },
  ]);
});

test("the sentence names the records, their size, the limit and the way to read them", () => {
  const large = { topic: "scores", partition: 1, from: 3, to: 4, bytes: 400_000_073, tooLarge: true };
  const sentence = (of: typeof large) => explainUnreadable(of, 64_000_000).sentence;
  expect(explainUnreadable(large, 64_000_000).code).toBe("too_large");
  expect(sentence(large)).toBe(
    "The record at offset 3 of partition 1 of 'scores' takes 400 MB, and no more than 64 MB is read here at once. Read it with kt consume scores --partition 1 --from 3 -n 1, which has no such limit.",
  );
  expect(sentence({ ...large, to: 9, bytes: 0 })).toStartWith("The records at offsets 3 to 8 of partition 1 of 'scores' take more than 64 MB, and");
  expect(sentence({ ...large, to: 9, tooLarge: false })).toBe(
    "The records at offsets 3 to 8 of partition 1 of 'scores' are broken and cannot be unpacked. Reading can go on after that, at offset 9.",
  );
});
