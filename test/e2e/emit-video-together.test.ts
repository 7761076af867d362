/** Several kt emit-video that begin at once with a topic that is not there yet: one makes it, and all write to it. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { OwnBroker } from "./support/broker.ts";
import { reported } from "./support/frames.ts";
import { kt, uniqueName } from "./support/kt.ts";

setDefaultTimeout(120_000);

test("eight at once, with a cluster whose brokers learn of a topic one after the other", async () => {
  await using cluster = await OwnBroker.start("--nodes", "3");
  const env = { KT_BROKERS: cluster.address };
  for (let round = 0; round < 3; round++) {
    const topic = uniqueName("together");
    const emit = (i: number) => kt(["emit-video", `cam${i}=testsrc`, "--size", "160x120", "--fast", "--duration", "1s", "--topic", topic], { env });
    const all = await Promise.all(Array.from({ length: 8 }, (_, i) => emit(i)));
    expect(all.map(({ code, stderr }) => (code === 0 ? reported(stderr).failed : stderr))).toEqual(new Array(8).fill(0));
    expect(all.filter(({ stderr }) => stderr.includes("Created topic"))).toHaveLength(1);
  }
});
