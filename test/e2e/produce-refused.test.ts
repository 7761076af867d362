/** A request that the broker refuses while others are on their way: each record is stored once, and in order. */
import { expect, test } from "bun:test";
import { freePort, OwnBroker } from "./support/broker.ts";
import { kafkaProxy } from "./support/kafka-proxy.ts";
import { ktOk } from "./support/kt.ts";

const notEnoughReplicas = 19;
const notEnoughReplicasAfterAppend = 20;

test("one is stored but not said to be, the next refused, and the one after it out of order, as when replicas come and go", async () => {
  const port = freePort();
  await using broker = await OwnBroker.start("--set", `advertised.listeners=BROKER://127.0.0.1:${port}`);
  const topic = "refused";
  let requests = 0;
  /** The three that are on their way together. */
  const held: Buffer[] = [];
  const answered: number[] = [];
  using _proxy = kafkaProxy(port, Number(broker.address.split(":")[1]), {
    produce(request) {
      if (++requests <= 5 || held.length === 3) return [request];
      if (held.push(request) < 3) return [];
      const [first, , third] = held as [Buffer, Buffer, Buffer];
      return [first, third];
    },
    answer(response) {
      const [first, second] = held.map((request) => request.readInt32BE(8));
      answered.push(errorOf(response));
      if (held.length < 3 || response.readInt32BE(4) !== first) return [response];
      return [withError(response, first as number, notEnoughReplicasAfterAppend), withError(response, second as number, notEnoughReplicas)];
    },
  });

  const brokers = ["--brokers", `127.0.0.1:${port}`];
  await ktOk(["topic", "create", topic, ...brokers]);
  const lines = Array.from({ length: 200 }, (_, i) => String(i));
  await ktOk(["produce", topic, ...brokers, "-X", "linger.ms=0", "-X", "batch.num.messages=1"], { stdin: `${lines.join("\n")}\n` });
  const outOfOrder = 45;
  expect(answered).toContain(outOfOrder);
  const { stdout } = await ktOk(["consume", topic, "--from", "start", "--exit", ...brokers]);
  expect(stdout.trim().split("\n")).toEqual(lines);
});

/**
 * Where a response to a produce request of one topic by its name, and one partition, has the partition's error: after
 * the length, the correlation id, its tags, the count of topics, the name, the count of partitions and the partition.
 */
function errorPlace(response: Buffer): number {
  const nameBytes = response.readUInt8(10) - 1;
  return 11 + nameBytes + 1 + 4;
}

const errorOf = (response: Buffer) => response.readInt16BE(errorPlace(response));

function withError(response: Buffer, correlation: number, error: number): Buffer {
  const changed = Buffer.from(response);
  changed.writeInt32BE(correlation, 4);
  changed.writeInt16BE(error, errorPlace(changed));
  return changed;
}
