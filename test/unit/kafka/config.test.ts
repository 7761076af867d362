import { describe, expect, test } from "bun:test";
import { bulkReading, clientProperties, producerDefaults, readerDefaults } from "../../../src/kafka/config.ts";

const properties = (own: Record<string, string>, defaults = producerDefaults) =>
  clientProperties({ brokers: "a:1,b:2", properties: own, debug: false }, defaults);

test("without the user's word a producer waits for all replicas, writes once, and partitions as Java does", () => {
  expect(properties({})).toMatchObject({ "bootstrap.servers": "a:1,b:2", acks: "all", "enable.idempotence": true, partitioner: "murmur2_random" });
});

test("without the user's word a reader commits nothing and waits no longer than 100 ms", () => {
  expect(properties({}, readerDefaults)).toMatchObject({ "enable.auto.commit": false, "fetch.min.bytes": 1, "fetch.wait.max.ms": 100 });
});

test("the user's properties win over kt's, and the others stay", () => {
  const own = { "client.id": "mine", partitioner: "consistent", "bootstrap.servers": "c:3", "statistics.interval.ms": "5" };
  expect(properties(own)).toMatchObject({ ...own, acks: "all", "enable.idempotence": true });
});

test.each(["fetch.message.max.bytes", "max.partition.fetch.bytes"])("a user's %s does not grow", (name) => {
  const defaults = { ...readerDefaults, ...bulkReading };
  expect(properties({}, defaults)).toMatchObject(bulkReading);
  expect(properties({ [name]: "500000" }, defaults)).not.toHaveProperty("fetch.message.growth.max.bytes");
});

test("a broker may keep silent for 10 s, unless the user says how long to wait for one", () => {
  const silence = "socket.silence.timeout.ms";
  expect(properties({})[silence]).toBe(10_000);
  expect(properties({ "socket.timeout.ms": "60000" })).not.toHaveProperty(silence);
  expect(properties({ "socket.timeout.ms": "60000", [silence]: "5000" })[silence]).toBe("5000");
});

describe("acks", () => {
  test.each(["0", "1"])("%s turns idempotence off, which it could not have", (acks) => {
    expect(properties({ acks })).toMatchObject({ acks, "enable.idempotence": false });
  });

  test.each(["all", "-1"])("%s keeps it", (acks) => {
    expect(properties({ acks })).toMatchObject({ acks, "enable.idempotence": true });
  });

  test("do not overrule what the user says of idempotence", () => {
    expect(properties({ acks: "1", "enable.idempotence": "true" })["enable.idempotence"]).toBe("true");
    expect(properties({ "enable.idempotence": "false" })).toMatchObject({ acks: "all", "enable.idempotence": "false" });
  });

  test("by their old name replace kt's", () => {
    const all = properties({ "request.required.acks": "1" });
    expect(all).not.toHaveProperty("acks");
    expect(all).toMatchObject({ "request.required.acks": "1", "enable.idempotence": false });
  });

  test.each(["all", "-1"])("%s keep idempotence by their old name too", (acks) => {
    expect(properties({ "request.required.acks": acks })["enable.idempotence"]).toBe(true);
  });

  test("bring no idempotence to a reader", () => {
    expect(properties({}, readerDefaults)).not.toHaveProperty("enable.idempotence");
  });
});

test("the brokers by their old name replace --brokers", () => {
  const all = properties({ "metadata.broker.list": "c:3" });
  expect(all).not.toHaveProperty("bootstrap.servers");
  expect(all["metadata.broker.list"]).toBe("c:3");
});
