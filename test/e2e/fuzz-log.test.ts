/** Records that chance makes, through the addon and a broker: scripts/sanitize does the same for as long as it is told. */
import { expect, test } from "bun:test";
import { fuzzLog } from "../fuzz/log.ts";
import { brokers } from "./support/kt.ts";

test("whatever is in a record, it comes back as it was written", async () => {
  const { faults, rounds, records, seed } = await fuzzLog({ brokers, seconds: 5, seed: Math.floor(Math.random() * 2 ** 31) });
  expect({ seed, faults }).toEqual({ seed, faults: [] });
  expect([rounds > 0, records > 0]).toEqual([true, true]);
}, 90_000);
