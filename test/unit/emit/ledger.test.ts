import { describe, expect, test } from "bun:test";
import { Latencies } from "../../../src/emit/latencies.ts";
import { Ledger } from "../../../src/emit/ledger.ts";
import { Outlet } from "../../../src/emit/outlet.ts";
import type { Delivery } from "../../../src/kafka/produce/packer.ts";
import type { RecordProducer } from "../../../src/kafka/produce/producer.ts";

const delivery = (sequence: number, errorCode = 0, latencyMs = 1): Delivery => ({ sequence, errorCode, latencyMs, partition: 0, offset: sequence });

const nothing = () => {};

describe("a ledger", () => {
  test("sent = delivered + failed + in flight, in frames and bytes", () => {
    const ledger = new Ledger();
    for (let i = 0; i < 5; i++) ledger.send(i, 100);
    ledger.deliver(delivery(0));
    ledger.deliver(delivery(2, 10));
    ledger.deliver(delivery(3, -192));
    expect(ledger).toMatchObject({ sent: 5, bytes: 500, delivered: 1, failed: 2, inFlight: 2, inFlightBytes: 200 });
    expect([...ledger.failures]).toEqual([
      [10, 1],
      [-192, 1],
    ]);
    expect(ledger.tooLarge).toEqual({ frame: 2, bytes: 100 });
  });
  test("knows its own records only", () => {
    const ledger = new Ledger();
    expect(ledger.deliver(delivery(7))).toBe(false);
    expect(ledger.delivered).toBe(0);
  });
});

describe("the room of a stream", () => {
  const full = new Ledger();
  for (let i = 0; i < 4; i++) full.send(i, 100);

  test("ends at its bytes or its frames, whichever comes first", () => {
    expect(new Outlet({ bytes: 500, frames: 9 }, nothing).hasRoom(full, 100)).toBe(true);
    expect(new Outlet({ bytes: 500, frames: 9 }, nothing).hasRoom(full, 101)).toBe(false);
    expect(new Outlet({ bytes: 5000, frames: 4 }, nothing).hasRoom(full, 1)).toBe(false);
  });
  test("is there for one frame, however large", () => {
    expect(new Outlet({ bytes: 500, frames: 1 }, nothing).hasRoom(new Ledger(), 1e9)).toBe(true);
  });
  test("comes back with a delivery, and waiting ends with an abort", async () => {
    let sequence = 0;
    const producer = { add: () => sequence++, submit: async () => {}, pendingBytes: 0 } as unknown as RecordProducer;
    const outlet = new Outlet({ bytes: 100, frames: 10 }, nothing);
    outlet.connect(producer);
    const ledger = new Ledger();
    const send = () => outlet.send({ topic: "t", value: new Uint8Array(80) }, ledger);
    await send();
    const order: string[] = [];
    const waiting = outlet.waitForRoom(ledger, 80, new AbortController().signal).then(() => order.push("room"));
    await Bun.sleep(5);
    order.push("delivered");
    outlet.deliver(delivery(0));
    await waiting;
    expect(order).toEqual(["delivered", "room"]);
    await send();
    await outlet.waitForRoom(ledger, 80, AbortSignal.timeout(5));
    expect(ledger.inFlight).toBe(1);
  });
});

test("a record that one stream adds just when another's submit ends is submitted as well", async () => {
  let waiting = 0;
  let submitted = 0;
  const producer = {
    add: () => waiting++,
    get pendingBytes() {
      return waiting;
    },
    submit: async () => {
      submitted += waiting;
      waiting = 0;
    },
  } as unknown as RecordProducer;
  const outlet = new Outlet({ bytes: 100, frames: 10 }, nothing);
  outlet.connect(producer);
  const send = () => outlet.send({ topic: "t", value: new Uint8Array(8) }, new Ledger());
  const second = Promise.resolve().then(send);
  await Promise.all([send(), second]);
  expect([submitted, waiting]).toEqual([2, 0]);
});

test("a topic whose offsets go back is told of once, in whichever of its partitions, and again the next time", async () => {
  let sequence = 0;
  const producer = { add: () => sequence++, submit: async () => {}, pendingBytes: 0 } as unknown as RecordProducer;
  const told: string[] = [];
  const outlet = new Outlet({ bytes: 100, frames: 10 }, (topic) => told.push(topic));
  outlet.connect(producer);
  const deliverAt = async (partition: number, offset: number, errorCode = 0) => {
    await outlet.send({ topic: "t", value: new Uint8Array(8) }, new Ledger());
    outlet.deliver({ sequence: sequence - 1, partition, offset, errorCode, latencyMs: 1 });
  };
  for (const [partition, offset] of [
    [0, 5],
    [1, 7],
    [0, 6],
    [0, -1],
  ] as const)
    await deliverAt(partition, offset);
  await deliverAt(0, -1001, -192);
  expect(told).toEqual([]);
  for (const [partition, offset] of [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ] as const)
    await deliverAt(partition, offset);
  expect(told).toEqual(["t"]);
  await deliverAt(0, 1);
  expect(told).toEqual(["t", "t"]);
});

describe("delivery times", () => {
  test("percentiles are of the last thousand, the histogram is of all", () => {
    const latencies = new Latencies();
    expect(latencies.percentileMs(50)).toBeUndefined();
    for (let i = 0; i < 1000; i++) latencies.add(9000);
    for (let i = 1; i <= 1100; i++) latencies.add(i / 100);
    expect(latencies.percentileMs(50)).toBeCloseTo(5.9, 0);
    expect(latencies.percentileMs(99)).toBeGreaterThan(10.8);
    expect(latencies.buckets).toEqual([100, 100, 300, 500, 100, 0, 0, 0, 0, 0, 0, 0, 1000]);
    expect(latencies.count).toBe(2100);
  });
});
